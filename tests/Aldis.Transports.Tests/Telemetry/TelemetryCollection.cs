namespace Aldis.Transports.Tests.Telemetry;

/// <summary>Who listens hears every bus of the process: these tests run alone.</summary>
[CollectionDefinition(TelemetryRecorder.Alone, DisableParallelization = true)]
public sealed class TelemetryCollection;
