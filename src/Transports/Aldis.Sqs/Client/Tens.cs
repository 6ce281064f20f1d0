using System.Globalization;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Requests with up to ten entries, each of which has a result of its own.</summary>
internal static class Tens
{
    private static readonly string[] _ids = [.. Enumerable.Range(0, 10).Select(index => index.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The id of an entry in its request.</summary>
    public static string Id(int index) => _ids[index];

    public static int Index(string id) => id[0] - '0';

    /// <summary>Sends entries in requests of ten, so many beside each other.</summary>
    /// <returns>Those that failed.</returns>
    public static async Task<List<(T Entry, BatchResultErrorEntry Why)>> SendAsync<T>(IReadOnlyList<T> entries, SemaphoreSlim places, Func<T[], Task<List<BatchResultErrorEntry>?>> send)
    {
        if (entries.Count == 0)
        {
            return [];
        }

        var failed = await Task.WhenAll(entries.Chunk(10).Select(part => PartAsync(part, places, send))).ConfigureAwait(false);
        return [.. failed.SelectMany(one => one)];
    }

    private static async Task<IEnumerable<(T Entry, BatchResultErrorEntry Why)>> PartAsync<T>(T[] part, SemaphoreSlim places, Func<T[], Task<List<BatchResultErrorEntry>?>> send)
    {
        await places.WaitAsync().ConfigureAwait(false);
        try
        {
            return (await send(part).ConfigureAwait(false))?.Select(failed => (part[Index(failed.Id)], failed)).ToArray() ?? [];
        }
        finally
        {
            places.Release();
        }
    }
}
