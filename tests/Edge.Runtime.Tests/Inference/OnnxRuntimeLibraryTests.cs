using Edge.Runtime.Inference;

namespace Edge.Runtime.Tests.Inference;

public sealed class OnnxRuntimeLibraryTests
{
    [Fact]
    public void Version_InstalledLibrary_IsKnownAndLiesWhereItSays()
    {
        Assert.Equal(1, OnnxRuntimeLibrary.Version.Major);
        Assert.True(File.Exists(OnnxRuntimeLibrary.Location), OnnxRuntimeLibrary.Location);
    }
}
