using Aldis.Diagnostics;
using Aldis.Errors;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>What is wrong with one pump, if anything. Logs each failure, and the first success after it.</summary>
internal sealed class PumpHealth(string group, string topic, ILogger log)
{
    private Fault? _receiving;
    private Fault? _settling;

    /// <summary>What is wrong now, or null.</summary>
    public Fault? Trouble => Volatile.Read(ref _receiving) ?? Volatile.Read(ref _settling);

    /// <summary>Whether the last receive did not fail.</summary>
    public bool CanReceive => Volatile.Read(ref _receiving) is null;

    public void Received() => Recover(ref _receiving);

    public void Settled() => Recover(ref _settling);

    public void ReceiveFailed(Exception error, TimeSpan delay)
    {
        Volatile.Write(ref _receiving, Explain("cannot receive from", error));
        log.ReceiveFailed(group, topic, delay, error);
    }

    public void SettleFailed(Exception error, TimeSpan delay)
    {
        Volatile.Write(ref _settling, Explain("cannot settle on", error));
        log.SettleFailed(group, topic, delay, error);
    }

    private void Recover(ref Fault? trouble)
    {
        if (Volatile.Read(ref trouble) is not null)
        {
            Volatile.Write(ref trouble, null);
            log.Recovered(group, topic);
        }
    }

    private Fault Explain(string what, Exception error)
        => new(ErrorCodes.TransportFailed, $"The group '{group}' {what} '{topic}'.", error.Message);
}
