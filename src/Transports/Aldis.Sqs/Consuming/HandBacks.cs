using Aldis.Transports;

namespace Aldis.Sqs;

/// <summary>What this process handed back to queues without having tried it.</summary>
internal static class HandBacks
{
    private static readonly HandBacks<(string Url, string Message)> _all = new();

    public static int Of(string url, string message) => _all.Of((url, message));

    public static void Add(string url, string message) => _all.Add((url, message));

    public static void Forget(string url, string message) => _all.Forget((url, message));
}
