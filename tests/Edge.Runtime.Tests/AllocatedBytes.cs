using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Runtime.Tests;

/// <summary>Managed bytes that this thread has allocated since it was made, exactly.</summary>
/// <remarks>
/// The runtime gives a thread memory in pieces of 8 KB. When large objects of another thread make it collect the oldest generation, it counts what is
/// left of this thread's piece as allocated. So the piece is given back first, by a collection: until this thread allocates again there is none to count.
/// </remarks>
internal readonly struct AllocatedBytes
{
    private readonly long before;

    public AllocatedBytes()
    {
        GC.Collect(0);
        before = GC.GetAllocatedBytesForCurrentThread();
    }

    public long Count => GC.GetAllocatedBytesForCurrentThread() - before;

    /// <summary>What twenty inspections of a picture's frame allocate, after three that warm up.</summary>
    public static long Inspecting(Inspector inspector, string path)
    {
        using var picture = PictureFile.Read(path);
        var result = new InspectionResult();
        for (var i = 0; i < 3; i++)
            inspector.Inspect(picture.AsFrame(), result);

        var allocated = new AllocatedBytes();
        for (var i = 0; i < 20; i++)
            inspector.Inspect(picture.AsFrame(), result);
        return allocated.Count;
    }
}
