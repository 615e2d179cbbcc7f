using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Edge.Runtime.Inference;

/// <summary>
/// Where a session's buffers lie that host and GPU both use: page-locked memory of the host, which a GPU reads and writes at the same address (CUDA's
/// unified addressing), bound as the GPU's own. So nothing is copied and no address changes, as a CUDA graph asks that replays what it once captured.
/// </summary>
internal sealed class SharedMemory : IDisposable
{
    private readonly OrtMemoryInfo locked;
    private readonly OrtMemoryInfo device;
    private readonly OrtAllocator allocator;

    /// <param name="session">Its provider allocates.</param>
    /// <param name="provider">Of the CPU's both sides are its own memory, which is how a machine without a GPU tests this.</param>
    /// <param name="deviceId">Which GPU.</param>
    public SharedMemory(InferenceSession session, ExecutionProvider provider, int deviceId)
    {
        (locked, device) = provider == ExecutionProvider.Cpu
            ? (new OrtMemoryInfo("Cpu", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default), new OrtMemoryInfo("Cpu", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default))
            : (new OrtMemoryInfo("CudaPinned", OrtAllocatorType.DeviceAllocator, deviceId, OrtMemType.CpuOutput), new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, deviceId, OrtMemType.Default));
        allocator = new OrtAllocator(session, locked);
    }

    /// <summary>A buffer of floats, as the session binds it and as the host sees it. Both are to be disposed of, the former first.</summary>
    public (OrtValue Value, Host Data) Allocate(long[] dimensions)
    {
        var host = new Host(OrtValue.CreateAllocatedTensorValue(allocator, TensorElementType.Float, dimensions));
        return (OrtValue.CreateTensorValueWithData(device, TensorElementType.Float, dimensions, host.Address, host.Memory.Length * sizeof(float)), host);
    }

    public void Dispose()
    {
        allocator.Dispose();
        locked.Dispose();
        device.Dispose();
    }

    /// <summary>The host's side of a buffer, which owns it.</summary>
    public sealed unsafe class Host : MemoryManager<float>
    {
        private readonly OrtValue value;
        private readonly float* address;
        private readonly int length;

        public Host(OrtValue value)
        {
            this.value = value;
            var span = value.GetTensorMutableDataAsSpan<float>();
            address = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
            length = span.Length;
        }

        public nint Address => (nint)address;

        public override Span<float> GetSpan() => new(address, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(address + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => value.Dispose();
    }
}
