using Aldis.Signals;

namespace Aldis;

public sealed partial class Subject<T>
{
    // Set once, before the list is closed: whoever finds the list closed finds the end here.
    private Ending? _ending;

    /// <summary>
    /// Ends the subject: tells every <see cref="IObserver{T}"/>, in order, that nothing more will come, and lets all observers
    /// go. Later notifications do nothing. Does nothing when the subject has ended.
    /// </summary>
    /// <exception cref="AggregateException">Some observers threw; all were told all the same.</exception>
    public void Complete() => End(new Ending(null));

    /// <summary>
    /// Ends the subject with an error: hands it to every <see cref="IObserver{T}"/>, in order, and lets all observers go. Later
    /// notifications do nothing. Does nothing when the subject has ended.
    /// </summary>
    /// <param name="error">Why nothing more will come.</param>
    /// <exception cref="AggregateException">Some observers threw; all were told all the same.</exception>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        End(new Ending(error));
    }

    private void End(Ending ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is not null)
        {
            return;
        }

        var failures = default(Failures);
        foreach (var link in _receivers.Close())
        {
            // Not to one that unsubscribed while those before it were told.
            if (_receivers.TryRemove(link)?.Observer is { } observer)
            {
                Tell(observer, ending, ref failures);
            }
        }

        failures.ThrowIfAny(this);
    }

    private static void Tell(IObserver<T> observer, Ending ending, ref Failures failures)
    {
        try
        {
            ending.Tell(observer);
        }
        catch (Exception exception)
        {
            failures.Add(exception);
        }
    }

    private sealed record Ending(Exception? Error)
    {
        public void Tell(IObserver<T> observer)
        {
            if (Error is null)
            {
                observer.OnCompleted();
            }
            else
            {
                observer.OnError(Error);
            }
        }
    }
}
