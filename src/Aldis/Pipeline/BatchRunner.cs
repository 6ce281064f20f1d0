using Aldis.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Pipeline;

/// <summary>Calls the handler of a batch, in a scope of services and a span of its own.</summary>
internal sealed class BatchRunner(Telemetry telemetry, Operation processing, IServiceScopeFactory? scopes)
{
    /// <summary>Handles a batch, and tells each event how it ended. Never throws.</summary>
    public async Task RunAsync(Batch batch)
    {
        Running? running = processing.IsWatched ? telemetry.Process(processing, batch.Items.ConvertAll(item => item.Context.Envelope)) : null;
        Exception? error = null;
        try
        {
            batch.Items[0].Context.Cancellation.ThrowIfCancellationRequested();
            await CallInScopeAsync(batch).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            error = thrown;
        }

        error = batch.End(error);
        running?.End(error is null ? null : ErrorType.Of(error));
    }

    private async ValueTask CallInScopeAsync(Batch batch)
    {
        if (scopes is null)
        {
            await CallAsync(batch, batch.Items[0].Context.Services).ConfigureAwait(false);
            return;
        }

        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await CallAsync(batch, scope.ServiceProvider).ConfigureAwait(false);
        }
    }

    private static async ValueTask CallAsync(Batch batch, IServiceProvider services)
    {
        // Steps of the user around each event have services of their own, and get them back.
        var outer = batch.Items.ConvertAll(item => item.Context.Services);
        batch.Items.ForEach(item => item.Context.Services = services);
        var context = new BatchContext(batch.Items, services);
        try
        {
            await batch.CallAsync(context).ConfigureAwait(false);
        }
        finally
        {
            context.End();
            for (var index = 0; index < outer.Count; index++)
            {
                batch.Items[index].Context.Services = outer[index];
            }
        }
    }
}
