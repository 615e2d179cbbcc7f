using System.Text;
using Edge.Web;

namespace Edge.Fuzz.Targets;

/// <summary>The body of a request of the Open Inference Protocol: JSON, and JSON with raw bytes behind it.</summary>
internal sealed class InferenceTarget : IFuzzTarget
{
    private const string Header = """{"id":"7","inputs":[{"name":"image","datatype":"UINT8","shape":[1,4,3,1],"parameters":{"binary_data_size":12}}],"outputs":[{"name":"score"}]}""";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        [0, .. Encoding.UTF8.GetBytes("""{"id":"7","inputs":[{"name":"image","datatype":"UINT8","shape":[2,3],"data":[1,2,3,4,5,6]}],"outputs":[{"name":"score"},{"name":"anomaly_map","parameters":{"binary_data":true}}]}""")],
        [0, .. Encoding.UTF8.GetBytes("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,2,2,3],"data":[[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,12]]]]}]}""")],
        [0, .. Encoding.UTF8.GetBytes("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["aGVsbG8="]}],"parameters":{"binary_data_output":true}}""")],
        [(byte)Header.Length, .. Encoding.UTF8.GetBytes(Header), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ];

    public bool IsText => false;

    /// <summary>The first byte says how long the JSON is where raw bytes follow; 0 means that none do.</summary>
    public bool Try(byte[] input)
    {
        if (input.Length == 0)
            return false;
        try
        {
            var picture = InferenceRequest.Read(input.AsSpan(1), input[0] == 0 ? null : input[0]).Picture;
            return picture.Width > 0 && picture.Height > 0 ? true : throw new InvalidOperationException("an empty picture");
        }
        catch (WebException)
        {
            return false;
        }
    }

    public void Dispose()
    {
    }
}
