using System.Collections;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Aldis.Catalog;

/// <summary>Publishes what a handler returned, with its acknowledgement: an event, several, or those of an async stream. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class HandlerResults
{
    /// <summary>Publishes what it is at run time; what is null is left out.</summary>
    /// <param name="context">The delivery in hand.</param>
    /// <param name="result">What the handler returned.</param>
    public static ValueTask PublishAsync(EventContext context, object? result) => PublishAsync(context, result, static _ => { });

    /// <param name="context">The delivery in hand.</param>
    /// <param name="result">What the handler returned.</param>
    /// <param name="meet">Sees each event before it is published.</param>
    internal static async ValueTask PublishAsync(EventContext context, object? result, Action<object> meet)
    {
        switch (result)
        {
            case IAsyncEnumerable<object> stream:
                await foreach (var one in stream.WithCancellation(context.Cancellation).ConfigureAwait(false))
                {
                    Publish(context, one, meet);
                }

                break;
            case IEnumerable several:
                foreach (var one in several)
                {
                    Publish(context, one, meet);
                }

                break;
            case ITuple tuple:
                for (var index = 0; index < tuple.Length; index++)
                {
                    Publish(context, tuple[index], meet);
                }

                break;
            case var one:
                Publish(context, one, meet);
                break;
        }
    }

    private static void Publish(EventContext context, object? one, Action<object> meet)
    {
        if (one is not null)
        {
            meet(one);
            context.Publish(one);
        }
    }
}
