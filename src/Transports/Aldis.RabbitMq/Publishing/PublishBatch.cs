using Aldis.Errors;
using Aldis.Events;

namespace Aldis.RabbitMq;

/// <summary>Messages that are published together: complete when the broker has answered for each. Each is answered once; from any thread.</summary>
internal sealed class PublishBatch(int count)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = count;
    private int _stored;
    private int _unroutable;
    private int _refused;
    private Envelope? _example;

    /// <summary>Ends when all are answered for, or the channel is lost; throws where something was not stored.</summary>
    public Task Done => _done.Task;

    public void Stored() => Answered(ref _stored, null);

    public void Unroutable(Envelope envelope) => Answered(ref _unroutable, envelope);

    public void Refused(Envelope envelope) => Answered(ref _refused, envelope);

    /// <summary>There will be no answer for what is still open.</summary>
    public void Fail(Exception error) => _done.TrySetException(error);

    private void Answered(ref int count, Envelope? example)
    {
        Interlocked.Increment(ref count);
        _example ??= example;
        if (Interlocked.Decrement(ref _open) == 0)
        {
            Conclude();
        }
    }

    private void Conclude()
    {
        if (_unroutable + _refused == 0)
        {
            _done.TrySetResult();
        }
        else if (_refused > 0)
        {
            // Of several queues some may have it.
            _done.TrySetException(new TransportException(new Fault(ErrorCodes.PublishNacked,
                $"The broker did not take {_refused} of {_stored + _unroutable + _refused} events, among them {_example}."), mayBeStored: true));
        }
        else
        {
            _done.TrySetException(new TransportException(new Fault(ErrorCodes.Unroutable,
                $"The broker has no queue for {_unroutable} of {_stored + _unroutable + _refused} events, among them {_example}.", "No group has ever subscribed to the topic."), mayBeStored: _stored > 0));
        }
    }
}
