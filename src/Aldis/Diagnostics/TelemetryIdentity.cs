namespace Aldis.Diagnostics;

/// <summary>Whose telemetry it is.</summary>
/// <param name="System">The messaging system, for example <c>aldis</c> or <c>rabbitmq</c>.</param>
/// <param name="Client">The one bus, different from all others.</param>
/// <param name="ServerAddress">The host name of the server, where there is one.</param>
/// <param name="ServerPort">Its port, where there is one.</param>
internal sealed record TelemetryIdentity(string System, string Client, string? ServerAddress = null, int? ServerPort = null);
