using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Edge.Fuzz;

/// <summary>Damages sound inputs. The same seed and number give the same input.</summary>
internal sealed partial class Mutator(IReadOnlyList<byte[]> seeds, bool text, int seed)
{
    public const int MaxLength = 256 << 10;

    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, 8, 9, 16, 32, 64, 100, 127, 128, 255, 256, 1000, 4096, 32767, 32768, 65499, 65500, 65535, 65536, 100_000, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue];

    private static readonly string[] Words =
        ["-1", "0", "1e308", "-1e999", ".inf", ".nan", "NaN", "99999999999999999999", "2147483648", "0x7fffffff", "~", "null", "''", "\"\\ud800\"", "true", "[]", "{}", "&a", "*a", "<<: *a", "!!binary AA==",
            "!!int x", "? a", "- ", "|", ">", "---", "...", "%YAML 9.9", "\t", "\u00e9", "\0", "\u2028", "[[[[", "{a: {a: ", "../../etc/passwd", "/dev/zero"];

    private Random random = new(0);

    /// <summary>The n-th input: the seeds as they are, then damaged ones.</summary>
    public byte[] Make(long n)
    {
        if (n < seeds.Count)
            return seeds[(int)n];
        random = new Random(HashCode(seed, n));
        var input = Pick(seeds).ToArray();
        for (var rounds = 1 << random.Next(4); rounds > 0; rounds--)
            input = Damage(input);
        return input.Length <= MaxLength ? input : input[..MaxLength];
    }

    private byte[] Damage(byte[] input) => random.Next(text ? 12 : 9) switch
    {
        _ when input.Length == 0 => RandomBytes(1 + random.Next(16)),
        0 => Change(input, (at, bytes) => bytes[at] ^= (byte)(1 << random.Next(8))),
        1 => Change(input, (at, bytes) => bytes[at] = (byte)Pick(Numbers)),
        2 => input[..random.Next(input.Length)],
        3 => Splice(input, Pick(seeds)),
        4 or 5 => Change(input, Lie),
        6 => Repeat(input),
        7 => Cut(input),
        8 => Insert(input, RandomBytes(1 + random.Next(16))),
        9 => ReplaceNumber(input),
        10 => Insert(input, Encoding.UTF8.GetBytes(Pick(Words))),
        _ => SwapLines(input),
    };

    private byte[] Change(byte[] input, Action<int, byte[]> change)
    {
        change(random.Next(input.Length), input);
        return input;
    }

    /// <summary>A number where a length may be, in one of the usual widths and orders.</summary>
    private void Lie(int at, byte[] bytes)
    {
        var number = Pick(Numbers);
        Span<byte> value = stackalloc byte[8];
        var width = 1 << random.Next(4);
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteInt64LittleEndian(value, number);
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(value, number);
            value = value[(8 - width)..];
        }
        value = value[..Math.Min(width, bytes.Length - at)];
        value.CopyTo(bytes.AsSpan(at));
    }

    private byte[] Splice(byte[] head, byte[] tail) => [.. head.AsSpan(0, random.Next(head.Length)), .. tail.AsSpan(random.Next(tail.Length))];

    private byte[] Repeat(byte[] input)
    {
        var at = random.Next(input.Length);
        var block = input.AsSpan(at, Math.Min(1 + random.Next(64), input.Length - at));
        var times = Math.Min(1 << random.Next(17), (MaxLength - Math.Min(input.Length, MaxLength)) / block.Length);
        var repeated = new byte[block.Length * times];
        for (var i = 0; i < times; i++)
            block.CopyTo(repeated.AsSpan(i * block.Length));
        return [.. input.AsSpan(0, at), .. repeated, .. input.AsSpan(at)];
    }

    private byte[] Cut(byte[] input)
    {
        var at = random.Next(input.Length);
        return [.. input.AsSpan(0, at), .. input.AsSpan(at + random.Next(input.Length - at))];
    }

    private byte[] Insert(byte[] input, byte[] more)
    {
        var at = random.Next(input.Length);
        return [.. input.AsSpan(0, at), .. more, .. input.AsSpan(at)];
    }

    private byte[] ReplaceNumber(byte[] input)
    {
        var whole = Encoding.Latin1.GetString(input);
        var found = Number().Matches(whole);
        if (found.Count == 0)
            return input;
        var number = found[random.Next(found.Count)];
        return Encoding.Latin1.GetBytes($"{whole[..number.Index]}{(random.Next(2) == 0 ? Pick(Words) : Pick(Numbers).ToString())}{whole[(number.Index + number.Length)..]}");
    }

    private byte[] SwapLines(byte[] input)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n');
        var (a, b) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[a], lines[b]) = random.Next(3) == 0 ? ("  " + lines[a], lines[b]) : (lines[b], lines[a]);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static int HashCode(int seed, long n) => unchecked((int)(((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)n) * 0xBF58476D1CE4E5B9UL >> 32));

    [GeneratedRegex("[0-9]+(\\.[0-9]+)?")]
    private static partial Regex Number();
}
