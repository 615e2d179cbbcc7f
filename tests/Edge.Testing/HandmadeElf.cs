using System.Text;

namespace Edge.Testing;

/// <summary>Writes ELF files with nothing but symbol versions in them, as elf.h describes them; no loader would take one.</summary>
internal static class HandmadeElf
{
    private const int Header = 64, SectionHeader = 64, Entry = 16, Definition = 28;

    /// <summary>Writes a library that needs versions of libstdc++.so.6, some of them weakly, and offers others.</summary>
    public static void Write(string path, string[] needed, string[] weaklyNeeded, string[] offered)
    {
        string[] needs = [.. needed, .. weaklyNeeded];
        using var names = new MemoryStream();
        int Name(string text)
        {
            var at = (int)names.Position;
            names.Write([.. Encoding.ASCII.GetBytes(text), 0]);
            return at;
        }

        names.WriteByte(0);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        int needsAt = Header, definitionsAt = needsAt + Entry * (1 + needs.Length), namesAt = definitionsAt + Definition * (offered.Length + 1);
        bytes.Position = needsAt;
        // Elf64_Verneed: version, count, file, first Elf64_Vernaux, next.
        writer.Write((short)1);
        writer.Write((short)needs.Length);
        writer.Write(Name("libstdc++.so.6"));
        writer.Write(Entry);
        writer.Write(0);
        for (var i = 0; i < needs.Length; i++)
        {
            // Elf64_Vernaux: hash, flags (2 is weak), index, name, next.
            writer.Write(0);
            writer.Write((short)(i < needed.Length ? 0 : 2));
            writer.Write((short)(i + 2));
            writer.Write(Name(needs[i]));
            writer.Write(i == needs.Length - 1 ? 0 : Entry);
        }
        string[] definitions = ["itself.so", .. offered];
        for (var i = 0; i < definitions.Length; i++)
        {
            // Elf64_Verdef: version, flags (1 is the file's own name), index, count, hash, first Elf64_Verdaux, next; then Elf64_Verdaux: name, next.
            writer.Write((short)1);
            writer.Write((short)(i == 0 ? 1 : 0));
            writer.Write((short)(i + 1));
            writer.Write((short)1);
            writer.Write(0);
            writer.Write(20);
            writer.Write(i == definitions.Length - 1 ? 0 : Definition);
            writer.Write(Name(definitions[i]));
            writer.Write(0);
        }
        writer.Write(names.ToArray());

        var sectionsAt = bytes.Position;
        void Section(uint kind, int at, int link, int count)
        {
            var start = bytes.Position;
            bytes.SetLength(start + SectionHeader);
            bytes.Position = start + 4;
            writer.Write(kind);
            bytes.Position = start + 0x18;
            writer.Write((long)at);
            bytes.Position = start + 0x28;
            writer.Write(link);
            writer.Write(count);
            bytes.Position = start + SectionHeader;
        }

        Section(0, 0, 0, 0);
        Section(3, namesAt, 0, 0);
        Section(0x6ffffffe, needsAt, 1, 1);
        Section(0x6ffffffd, definitionsAt, 1, definitions.Length);
        bytes.Position = 0;
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]);
        bytes.Position = 0x28;
        writer.Write(sectionsAt);
        bytes.Position = 0x3c;
        writer.Write((short)4);
        File.WriteAllBytes(path, bytes.ToArray());
    }
}
