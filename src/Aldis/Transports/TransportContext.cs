using Microsoft.Extensions.Logging;

namespace Aldis.Transports;

/// <summary>What a bus gives to the transport it opens.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where the transport logs.</param>
public sealed record TransportContext(TimeProvider Time, ILoggerFactory Loggers);
