// Stand-in for TorchSharp 0.106 (see shim.cpp); delete it where the published package is served.
using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    private const string Library = "edge_torch";

    /// <summary>Throws what the last call left behind, as the published package does.</summary>
    public static void Check()
    {
        var message = et_take_error();
        if (message != 0)
            throw new ExternalException(Marshal.PtrToStringUTF8(message));
    }

    public static torch.Tensor Wrap(nint handle)
    {
        if (handle == 0)
            Check();
        return new torch.Tensor(handle);
    }

    [LibraryImport(Library)] private static partial nint et_take_error();
    [LibraryImport(Library)] public static partial void et_set_num_threads(int n);
    [LibraryImport(Library)] public static partial nint et_version();
    [LibraryImport(Library)] public static partial void et_manual_seed(long seed);
    [LibraryImport(Library)] public static partial int et_set_grad_enabled(int enabled);

    [LibraryImport(Library)] public static partial void et_free(nint t);
    [LibraryImport(Library)] public static partial nint et_from_floats(float* data, long* shape, int rank);
    [LibraryImport(Library)] public static partial nint et_full(long* shape, int rank, double value);
    [LibraryImport(Library)] public static partial int et_rank(nint t);
    [LibraryImport(Library)] public static partial long et_size(nint t, int dim);
    [LibraryImport(Library)] public static partial void et_to_floats(nint t, float* destination);
    [LibraryImport(Library)] public static partial void et_from_floats_(nint t, float* data);
    [LibraryImport(Library)] public static partial double et_item(nint t);

    [LibraryImport(Library)] public static partial int et_requires_grad(nint t);
    [LibraryImport(Library)] public static partial void et_set_requires_grad(nint t, int value);
    [LibraryImport(Library)] public static partial void et_backward(nint t);
    [LibraryImport(Library)] public static partial nint et_grad(nint t);
    [LibraryImport(Library)] public static partial void et_clear_grad(nint t);
    [LibraryImport(Library)] public static partial nint et_detach(nint t);
    [LibraryImport(Library)] public static partial nint et_alias(nint t);
    [LibraryImport(Library)] public static partial sbyte et_dtype(nint t);
    [LibraryImport(Library)] public static partial nint et_to(nint t, sbyte type);

    [LibraryImport(Library)] public static partial nint et_add(nint a, nint b);
    [LibraryImport(Library)] public static partial nint et_add_scalar(nint a, double b);
    [LibraryImport(Library)] public static partial nint et_mul(nint a, nint b);
    [LibraryImport(Library)] public static partial nint et_mul_scalar(nint a, double b);
    [LibraryImport(Library)] public static partial nint et_sin(nint a);
    [LibraryImport(Library)] public static partial nint et_cos(nint a);
    [LibraryImport(Library)] public static partial void et_copy_(nint a, nint b);
    [LibraryImport(Library)] public static partial void et_add_(nint a, nint b, double alpha);
    [LibraryImport(Library)] public static partial void et_mul_(nint a, double b);
    [LibraryImport(Library)] public static partial void et_fill_(nint a, double value);
    [LibraryImport(Library)] public static partial void et_uniform_(nint a, double low, double high);

    [LibraryImport(Library)] public static partial nint et_narrow(nint a, long dim, long start, long length);
    [LibraryImport(Library)] public static partial nint et_unsqueeze(nint a, long dim);
    [LibraryImport(Library)] public static partial nint et_cat(nint* list, int count, long dim);

    [LibraryImport(Library)] public static partial nint et_conv2d(nint x, nint w, nint b, long stride, long padding);
    [LibraryImport(Library)] public static partial nint et_linear(nint x, nint w, nint b);
    [LibraryImport(Library)] public static partial nint et_batch_norm(nint x, nint mean, nint var, nint w, nint b, int training, double momentum, double eps);
    [LibraryImport(Library)] public static partial nint et_permute(nint a, long* dims, int rank);
    [LibraryImport(Library)] public static partial nint et_contiguous(nint a);
    [LibraryImport(Library)] public static partial nint et_silu(nint x);
    [LibraryImport(Library)] public static partial nint et_relu(nint x);
    [LibraryImport(Library)] public static partial nint et_upsample_nearest(nint x, double scale);
    [LibraryImport(Library)] public static partial nint et_pixel_shuffle(nint x, long factor);
    [LibraryImport(Library)] public static partial nint et_pixel_unshuffle(nint x, long factor);
    [LibraryImport(Library)] public static partial nint et_mse_loss(nint x, nint y);
    [LibraryImport(Library)] public static partial nint et_binary_cross_entropy_with_logits(nint x, nint y, nint weight);

    [LibraryImport(Library)] public static partial double et_clip_grad_norm_(nint* list, int count, double maxNorm);
    [LibraryImport(Library)]
    public static partial void et_adamw_step(nint p, nint m, nint v, double lr, double b1, double b2, double eps, double decay, long step);
}
