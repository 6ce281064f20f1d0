namespace Aldis.AotApp.Bus;

/// <summary>The bus in memory.</summary>
internal static class InMemory
{
    public static Task RunAsync() => BusWork.RunAsync(bus => bus.UseInMemory());
}
