using Aldis.Lambda;

namespace Aldis;

/// <summary>Lets a bus receive from a function.</summary>
public static class LambdaBuilderExtensions
{
    /// <summary>
    /// The groups of the bus get what the function is called with, and nothing from the transport; what is published goes out on the transport. So the handlers are those of any
    /// other program.
    /// </summary>
    /// <param name="bus">The bus, which has a transport.</param>
    /// <param name="function">The function.</param>
    public static EventBusBuilder ReceiveFrom(this EventBusBuilder bus, LambdaSqs function)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(function);
        return bus.WrapTransport((transport, context) => new LambdaTransport(transport, function.Entries, context));
    }
}
