namespace Aldis.Tests.Signals;

internal record Ping(int Number = 0);

internal sealed record LoudPing(int Number = 0) : Ping(Number);
