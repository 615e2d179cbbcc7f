using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>What every output is given.</summary>
/// <param name="Box">Name of the box.</param>
/// <param name="Telemetry">The metrics.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
internal sealed record OutputContext(string Box, Telemetry Telemetry, TimeProvider Time, ILoggerFactory Log);
