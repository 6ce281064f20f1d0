using System.Globalization;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Says that the owner of a private group's queue lives, by a tag that changes (<see cref="Undertaker"/>).</summary>
internal sealed class Beat : IAsyncDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(45);

    private readonly PeriodicTimer _timer;
    private readonly Task _running;

    public Beat(Service service, string url)
    {
        _timer = new PeriodicTimer(_interval, service.Time);
        _running = RunAsync(service, url);
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync(Service service, string url)
    {
        for (var beat = 1L; await _timer.WaitForNextTickAsync().ConfigureAwait(false); beat++)
        {
            try
            {
                var request = new TagQueueRequest { QueueUrl = url, Tags = new() { [Undertaker.BeatTag] = beat.ToString(CultureInfo.InvariantCulture) } };
                await service.AskAsync((client, ended) => client.TagQueueAsync(request, ended), CancellationToken.None).ConfigureAwait(false);
            }
            catch (TransportException)
            {
                // The next one says it.
            }
        }
    }
}
