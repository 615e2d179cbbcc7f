// Stand-in for TorchSharp 0.106 (see shim.cpp); delete it where the published package is served.
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.Native;

namespace TorchSharp;

public enum DeviceType { CPU = 0, CUDA = 1 }

/// <summary>A number handed to a tensor operation.</summary>
public sealed class Scalar
{
    internal double Value { get; }
    private Scalar(double value) => Value = value;
    public static implicit operator Scalar(double value) => new(value);
    public static implicit operator Scalar(float value) => new(value);
    public static implicit operator Scalar(int value) => new(value);
    public float ToSingle() => (float)Value;
    public double ToDouble() => Value;
}

/// <summary>Disposes every tensor made while it is the innermost scope of its thread.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? current;
    private readonly DisposeScope? outer;
    private readonly HashSet<torch.Tensor> tensors = new(ReferenceEqualityComparer.Instance);

    internal DisposeScope() => (outer, current) = (current, this);

    internal static DisposeScope? Adopt(torch.Tensor tensor)
    {
        current?.tensors.Add(tensor);
        return current;
    }

    internal void Forget(torch.Tensor tensor) => tensors.Remove(tensor);

    internal void HandOver(torch.Tensor tensor)
    {
        tensors.Remove(tensor);
        outer?.tensors.Add(tensor);
        tensor.Scope = outer;
    }

    public void Dispose()
    {
        foreach (var tensor in tensors.ToArray())
            tensor.Dispose();
        current = outer;
    }
}

/// <summary>Reads and writes a tensor's values from managed memory.</summary>
public sealed class TensorAccessor<T> : IDisposable where T : unmanaged
{
    private readonly torch.Tensor tensor;
    internal TensorAccessor(torch.Tensor tensor) => this.tensor = tensor;

    public long Count => tensor.numel();

    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values.AsSpan());
        return values;
    }

    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        fixed (T* p = array[arrayIndex..])
            et_to_floats(tensor.Handle, (float*)p);
        Check();
    }

    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        fixed (T* p = array[arrayIndex..])
            et_from_floats_(tensor.Handle, (float*)p);
        Check();
    }

    public void Dispose() { }
}

public static partial class torch
{
    public class Tensor : IDisposable
    {
        /// <summary>Tensors of this thread that nothing refers to any more.</summary>
        [ThreadStatic]
        private static ConcurrentQueue<nint>? collected;

        private readonly ConcurrentQueue<nint> home;
        private nint handle;

        internal Tensor(nint handle, bool adopt = true)
        {
            home = collected ??= [];
            while (home.TryDequeue(out var unused))
                et_free(unused);
            this.handle = handle;
            if (adopt)
                Scope = DisposeScope.Adopt(this);
        }

        // A tensor may be collected as soon as its handle has been read for a native call, while the call still uses it; so the thread
        // that made it frees it, between two calls, when it next makes one.
        ~Tensor()
        {
            if (handle != 0)
                home.Enqueue(handle);
        }

        internal DisposeScope? Scope { get; set; }
        internal nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Tensor));

        internal nint MoveHandle()
        {
            var moved = Handle;
            handle = 0;
            Scope?.Forget(this);
            GC.SuppressFinalize(this);
            return moved;
        }

        private void Free()
        {
            if (handle != 0)
                et_free(handle);
            handle = 0;
        }

        public void Dispose()
        {
            Scope?.Forget(this);
            Free();
            GC.SuppressFinalize(this);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.HandOver(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Forget(this);
            Scope = null;
            return this;
        }

        public long[] shape => Enumerable.Range(0, et_rank(Handle)).Select(d => et_size(Handle, d)).ToArray();
        public long numel() => shape.Aggregate(1L, (a, b) => a * b);
        public Device device => CPU;
        public TensorAccessor<T> data<T>(bool validate = true) where T : unmanaged => new(this);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            device.type == DeviceType.CPU ? Wrap(et_alias(Handle)) : throw new ExternalException("This libtorch is built without CUDA.");

        public ScalarType dtype => (ScalarType)et_dtype(Handle);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => Wrap(et_to(Handle, (sbyte)type));

        public Tensor cpu() => Wrap(et_alias(Handle));
        public Tensor detach() => Wrap(et_detach(Handle));
        public Scalar ToScalar() => et_item(Handle);

        public bool requires_grad
        {
            get => et_requires_grad(Handle) != 0;
            set { et_set_requires_grad(Handle, value ? 1 : 0); Check(); }
        }

        public Tensor? grad => et_grad(Handle) is var g && g != 0 ? Wrap(g) : null;
        public void backward() { et_backward(Handle); Check(); }

        public static Tensor operator +(Tensor a, Tensor b) => Wrap(et_add(a.Handle, b.Handle));
        public static Tensor operator +(Tensor a, Scalar b) => Wrap(et_add_scalar(a.Handle, b.Value));
        public static Tensor operator *(Tensor a, Tensor b) => Wrap(et_mul(a.Handle, b.Handle));
        public static Tensor operator *(Tensor a, Scalar b) => Wrap(et_mul_scalar(a.Handle, b.Value));
        public Tensor sin() => Wrap(et_sin(Handle));
        public Tensor cos() => Wrap(et_cos(Handle));

        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace(() => et_copy_(Handle, source.Handle));
        public Tensor add_(Tensor target, Scalar alpha) => InPlace(() => et_add_(Handle, target.Handle, alpha.Value));
        public Tensor mul_(Scalar target) => InPlace(() => et_mul_(Handle, target.Value));

        public unsafe Tensor permute(params long[] permutation)
        {
            fixed (long* p = permutation)
                return Wrap(et_permute(Handle, p, permutation.Length));
        }

        public Tensor contiguous() => Wrap(et_contiguous(Handle));
        public Tensor narrow(long dim, long start, long length) => Wrap(et_narrow(Handle, dim, start, length));
        public Tensor unsqueeze(long dim) => Wrap(et_unsqueeze(Handle, dim));

        public Tensor[] chunk(long chunks, long dim = 0L)
        {
            var each = shape[dim] / chunks;
            return Enumerable.Range(0, (int)chunks).Select(i => narrow(dim, i * each, each)).ToArray();
        }

        private Tensor InPlace(Action action)
        {
            action();
            Check();
            return this;
        }
    }
}

public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
}
