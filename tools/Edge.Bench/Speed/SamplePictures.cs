using Edge.Runtime;
using System.Diagnostics;
using Edge.Runtime.Imaging;

namespace Edge.Bench.Speed;

/// <summary>The pictures that are timed, decoded.</summary>
internal sealed class SamplePictures : IDisposable
{
    const int Decodings = 5;

    readonly List<DecodedPicture> _pictures = [];

    /// <param name="paths">One or more files.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public SamplePictures(IReadOnlyList<string> paths, int depth = 0)
    {
        List<double> times = [];
        try
        {
            foreach (var path in paths)
            {
                _pictures.Add(PictureFile.Read(path, depth));
                for (var i = 0; i < Decodings; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    PictureFile.Read(path, depth).Dispose();
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        DecodeMilliseconds = Percentile.Median(times);
    }

    /// <summary>Median time of reading and decoding one of them, from a file that the system holds in memory.</summary>
    public double DecodeMilliseconds { get; }

    /// <summary>A picture; after the last comes the first again.</summary>
    public Frame this[int i] => _pictures[i % _pictures.Count].AsFrame();

    public void Dispose() => _pictures.ForEach(picture => picture.Dispose());
}
