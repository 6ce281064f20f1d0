using Aldis.Diagnostics;
using Aldis.Events;

namespace Aldis.Dispatch;

/// <summary>Measures how an event is handed over, and gives it the context of its trace.</summary>
internal static class Observed
{
    /// <summary>Hands an event over.</summary>
    /// <param name="telemetry">Whose telemetry it is.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="envelope">The event.</param>
    /// <param name="send">Does it with the event as it then is. False: there was no room, and it was dropped.</param>
    public static async ValueTask<bool> SendAsync(Telemetry telemetry, Operation operation, Envelope envelope, Func<Envelope, ValueTask<bool>> send)
    {
        var running = telemetry.Publish(operation, ref envelope);
        try
        {
            var isSent = await send(envelope).ConfigureAwait(false);
            running.End();
            operation.Labels.Count(Instruments.Sent, isSent ? 1 : 0);
            return isSent;
        }
        catch (Exception error)
        {
            var failed = ErrorType.Of(error);
            running.End(failed);
            operation.Labels.Count(Instruments.Sent, 1, failed);
            throw;
        }
    }
}
