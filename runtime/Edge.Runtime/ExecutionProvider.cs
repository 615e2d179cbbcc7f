using Edge.Runtime.Inference;
namespace Edge.Runtime;

/// <summary>What runs a network: ONNX Runtime's execution providers that Edge offers.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where its provider library is installed and works, else the CPU; the session says which it took and why.</summary>
    Auto,

    /// <summary>The processor. Always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through CUDA and cuDNN.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU through TensorRT, with CUDA for what TensorRT does not take. Building its engine takes minutes the first time.</summary>
    TensorRt,
}
