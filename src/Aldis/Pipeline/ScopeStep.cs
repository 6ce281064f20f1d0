using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Pipeline;

/// <summary>Gives each try of a delivery a scope of services of its own, as a web request has one.</summary>
internal sealed class ScopeStep(IServiceScopeFactory scopes)
{
    public Handler Before(Handler next) => context => InvokeAsync(next, context);

    private async ValueTask<Verdict> InvokeAsync(Handler next, EventContext context)
    {
        var outer = context.Services;
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            context.Services = scope.ServiceProvider;
            try
            {
                return await next(context).ConfigureAwait(false);
            }
            finally
            {
                context.Services = outer;
            }
        }
    }
}
