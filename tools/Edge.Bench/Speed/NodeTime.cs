namespace Edge.Bench.Speed;

/// <summary>What one operator type of a network takes.</summary>
/// <param name="Operator">ONNX Runtime's name of it, for convolutions with the kernel's size.</param>
/// <param name="Count">Nodes run.</param>
/// <param name="Milliseconds">Time of all of them.</param>
/// <param name="Operations">Multiplications and additions; 0 where the type has none to speak of.</param>
/// <param name="Bytes">Inputs read and outputs written.</param>
/// <param name="IsInt8">Whether it multiplies 8-bit integers.</param>
internal sealed record NodeTime(string Operator, int Count, double Milliseconds, double Operations, double Bytes, bool IsInt8);
