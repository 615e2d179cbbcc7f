using System.Text;
using Edge.Outputs;

namespace Edge.Tests.Outputs;

public sealed class TriggerPayloadTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("P-17", "P-17")]
    [InlineData("Teil 17 ä", "Teil 17 ä")]
    [InlineData("{\"part_id\": \"P-17\"}", "P-17")]
    [InlineData("{\"part_id\": 17, \"other\": true}", "17")]
    [InlineData("{\"part_id\": null}", null)]
    [InlineData("{}", null)]
    public void Read_Payload_GivesThePartId(string payload, string? partId)
    {
        Assert.Null(TriggerPayload.Read(Encoding.UTF8.GetBytes(payload), out var read));
        Assert.Equal(partId, read);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("{\"part_id\": \"a\\u0007\"}")]
    [InlineData("{\"part_id\": \"\\ud800\"}")]
    [InlineData("{\"part_id\": [1]}")]
    [InlineData("{\"part_id\": ")]
    [InlineData("{} {}")]
    public void Read_Unusable_SaysWhy(string payload)
    {
        Assert.NotNull(TriggerPayload.Read(Encoding.UTF8.GetBytes(payload), out var read));
        Assert.Null(read);
    }

    [Fact]
    public void Read_NotUtf8OrTooLong_SaysWhy()
    {
        Assert.Contains("UTF-8", TriggerPayload.Read([0xff, 0xfe], out _));
        Assert.Null(TriggerPayload.Read(new string('a', 1024).Select(c => (byte)c).ToArray(), out _));
        Assert.Contains("1024", TriggerPayload.Read(new byte[1025], out _));
    }

    /// <summary>Anything at all must be read or refused, and nothing that is read may hold a control character.</summary>
    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var random = new Random(1);
        var seeds = new[] { "{\"part_id\": \"P-17\"}", "{\"part_id\": {\"a\": [1, 2.5e3, null]}}", "P-17\\u0000ä" }.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])seeds[i % seeds.Length].Clone();
            for (var n = random.Next(4); n >= 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (TriggerPayload.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out var partId) is null)
                Assert.DoesNotContain(partId ?? "", char.IsControl);
        }
    }
}
