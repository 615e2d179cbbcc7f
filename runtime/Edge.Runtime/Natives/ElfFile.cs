using System.IO.MemoryMappedFiles;
using System.Text;

namespace Edge.Runtime.Natives;

/// <summary>
/// The symbol versions that a native library needs of others and offers itself, such as GLIBCXX_3.4.30. They are read from its file; nothing is
/// loaded. Structures and constants are those of elf.h, for 64 bits and little endian (x64 and arm64).
/// </summary>
/// <param name="Needed">Versions without which the loader refuses the library. Weak needs are not among them: the loader only warns of those.</param>
/// <param name="Offered">Versions that other libraries can ask this one for.</param>
internal sealed record ElfFile(IReadOnlyList<string> Needed, IReadOnlyList<string> Offered)
{
    private const uint VersionDefinitions = 0x6ffffffd, VersionNeeds = 0x6ffffffe;
    private const ushort NamesTheFile = 1, Weak = 2;

    /// <summary>Reads a library's file.</summary>
    /// <exception cref="InvalidDataException">The file is no ELF file of 64 bits, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ElfFile Read(string path)
    {
        try
        {
            using var file = MemoryMappedFile.CreateFromFile(File.OpenRead(path), null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            using var bytes = file.CreateViewAccessor(0, new FileInfo(path).Length, MemoryMappedFileAccess.Read);
            if (bytes.ReadUInt32(0) != 0x464c457f || bytes.ReadByte(4) != 2 || bytes.ReadByte(5) != 1)
                throw new InvalidDataException($"{path} is not a native library: it does not begin as a 64-bit little-endian ELF file.");

            List<string> needed = [], offered = [];
            var sections = bytes.ReadInt64(0x28);
            for (var i = 0; i < bytes.ReadUInt16(0x3c); i++)
            {
                var section = sections + i * 0x40;
                var kind = bytes.ReadUInt32(section + 4);
                if (kind is not (VersionNeeds or VersionDefinitions))
                    continue;
                var start = bytes.ReadInt64(section + 0x18);
                var count = bytes.ReadUInt32(section + 0x2c);
                var names = bytes.ReadInt64(sections + bytes.ReadUInt32(section + 0x28) * 0x40 + 0x18);
                if (kind == VersionNeeds)
                    needed.AddRange(Needs(bytes, start, count, names));
                else
                    offered.AddRange(Definitions(bytes, start, count, names));
            }
            return new ElfFile(needed, offered);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{path} is not a native library: it is empty, cut short or damaged.", fault);
        }
    }

    /// <summary>One Elf64_Verneed for each library needed, with one Elf64_Vernaux for each of its versions.</summary>
    private static IEnumerable<string> Needs(MemoryMappedViewAccessor bytes, long library, uint count, long names)
    {
        for (; count > 0; count--, library += bytes.ReadUInt32(library + 12))
        {
            var version = library + bytes.ReadUInt32(library + 8);
            for (var left = bytes.ReadUInt16(library + 2); left > 0; left--, version += bytes.ReadUInt32(version + 12))
                if ((bytes.ReadUInt16(version + 4) & Weak) == 0)
                    yield return Name(bytes, names + bytes.ReadUInt32(version + 8));
        }
    }

    /// <summary>One Elf64_Verdef for each version; its first Elf64_Verdaux has the name.</summary>
    private static IEnumerable<string> Definitions(MemoryMappedViewAccessor bytes, long version, uint count, long names)
    {
        for (; count > 0; count--, version += bytes.ReadUInt32(version + 16))
            if ((bytes.ReadUInt16(version + 2) & NamesTheFile) == 0)
                yield return Name(bytes, names + bytes.ReadUInt32(version + bytes.ReadUInt32(version + 12)));
    }

    private static string Name(MemoryMappedViewAccessor bytes, long at)
    {
        var name = new StringBuilder();
        while (bytes.ReadByte(at + name.Length) is not 0 and var character)
            name.Append((char)character);
        return name.ToString();
    }
}
