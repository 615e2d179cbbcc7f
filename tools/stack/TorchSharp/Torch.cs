// Stand-in for TorchSharp 0.106 (see shim.cpp); delete it where the published package is served.
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public enum ScalarType : sbyte { Float32 = 6, BFloat16 = 15 }

    public sealed class Device(DeviceType type, int index = -1)
    {
        public DeviceType type { get; } = type;
        public int index { get; } = index;
        public override string ToString() => type == DeviceType.CPU ? "cpu" : "cuda";
    }

    public static Device CPU { get; } = new(DeviceType.CPU);
    public static Device CUDA { get; } = new(DeviceType.CUDA);
    public static string __version__ => Marshal.PtrToStringUTF8(et_version())!;

    public static class cuda
    {
        public static bool is_available() => false;
    }


    public sealed class Generator
    {
        internal Generator() { }
    }

    public static Generator manual_seed(long seed)
    {
        et_manual_seed(seed);
        Check();
        return new Generator();
    }

    public static void set_num_threads(int num) => et_set_num_threads(num);
    public static DisposeScope NewDisposeScope() => new();
    public static IDisposable no_grad() => new GradMode(false);

    private sealed class GradMode(bool enabled) : IDisposable
    {
        private readonly int before = et_set_grad_enabled(enabled ? 1 : 0);
        public void Dispose() => et_set_grad_enabled(before);
    }

    public static unsafe Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null)
    {
        fixed (float* data = rawArray)
        fixed (long* shape = dimensions)
            return Wrap(et_from_floats(data, shape, dimensions.Length));
    }

    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) => Full(size, 0);

    internal static unsafe Tensor Full(ReadOnlySpan<long> size, double value)
    {
        fixed (long* shape = size)
            return Wrap(et_full(shape, size.Length, value));
    }

    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        var handles = tensors.Select(t => t.Handle).ToArray();
        fixed (nint* p = handles)
            return Wrap(et_cat(p, handles.Length, dim));
    }

    public static partial class nn
    {
        public static partial class utils
        {
            public static unsafe double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                var handles = tensors.Select(t => t.Handle).ToArray();
                fixed (nint* p = handles)
                {
                    var norm = et_clip_grad_norm_(p, handles.Length, max_norm);
                    Check();
                    return norm;
                }
            }
        }

        public static class init
        {
            public static Tensor ones_(Tensor tensor) => Fill(tensor, 1);
            public static Tensor zeros_(Tensor tensor) => Fill(tensor, 0);

            private static Tensor Fill(Tensor tensor, double value)
            {
                et_fill_(tensor.Handle, value);
                Check();
                return tensor;
            }
        }

        public enum Reduction { None, Mean, Sum }

        public static class functional
        {
            public static Tensor silu(Tensor x, bool inplace = false) => Wrap(et_silu(x.Handle));
            public static Tensor relu(Tensor x, bool inplace = false) => Wrap(et_relu(x.Handle));
            public static Tensor pixel_shuffle(Tensor x, long upscale_factor) => Wrap(et_pixel_shuffle(x.Handle, upscale_factor));
            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) => Wrap(et_pixel_unshuffle(input.Handle, downscale_factor));
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Wrap(et_mse_loss(input.Handle, target.Handle));

            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null) => Wrap(et_binary_cross_entropy_with_logits(input.Handle, target.Handle, weight?.Handle ?? 0));

            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false) =>
                Wrap(et_upsample_nearest(x.Handle, scale_factor![0]));

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null,
                long groups = 1) => Wrap(et_conv2d(input.Handle, weight.Handle, bias?.Handle ?? 0, strides?[0] ?? 1, padding?[0] ?? 0));

            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null,
                bool training = false, double momentum = 0.1, double eps = 1e-5) =>
                Wrap(et_batch_norm(input.Handle, running_mean!.Handle, running_var!.Handle, weight!.Handle, bias!.Handle, training ? 1 : 0, momentum, eps));
        }
    }

    public static class optim
    {
        public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay);
    }

    public enum InterpolationMode { Nearest = 0 }
}
