using Edge.Runtime.Bundles;

namespace Edge.Runtime.Tests.Bundles;

public sealed class ProfileKeyTests
{
    [Theory]
    [InlineData("default", "default", Precision.Fp32, "default")]
    [InlineData("default:fp32", "default", Precision.Fp32, "default")]
    [InlineData("default:int8", "default", Precision.Int8, "default:int8")]
    [InlineData("log-odds-50", "log-odds-50", Precision.Fp32, "log-odds-50")]
    public void Parse_Text_ComesBackAsText(string text, string name, Precision precision, string written)
    {
        var key = ProfileKey.Parse(text);

        Assert.Equal(new ProfileKey(name, precision), key);
        Assert.Equal(written, key.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":int8")]
    [InlineData("default:")]
    [InlineData("default:int4")]
    [InlineData("default:INT8")]
    [InlineData("default:1")]
    [InlineData("default:int8:int8")]
    public void Parse_NoProfile_IsRefusedAndNamesThePrecisions(string text)
    {
        var fault = Assert.Throws<ArgumentException>(() => ProfileKey.Parse(text));

        Assert.Contains($"'{text}'", fault.Message);
        Assert.Contains("fp32, int8", fault.Message);
    }
}
