using BenchmarkDotNet.Attributes;
using CommunityToolkit.Mvvm.Messaging;

namespace Aldis.Benchmarks.Signals;

/// <summary>One event to the receivers of a name, looked up for each send; the messengers call such a name a token.</summary>
[BenchmarkCategory("sendnamed")]
public class SendNamedCases
{
    private static readonly string[] Names = ["bench.one", "bench.two"];

    private readonly Ping _ping = new();
    private readonly string[] _names = [.. Enumerable.Range(0, Emitters.Sends).Select(send => Names[send % Names.Length])];
    private readonly StrongReferenceMessenger _messenger = new();
    private readonly List<IDisposable> _connections = [];

    [Params(8)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        foreach (var name in Names)
        {
            Emitters.Times(Receivers, () => _connections.Add(Signal.Named<Ping>(name).Connect(new Counter().Add)));
            Emitters.Times(Receivers, () => _messenger.Register(new Counter(), name));
        }
    }

    /// <summary>The signals outlive the case, as they are of the process.</summary>
    [GlobalCleanup]
    public void Disconnect() => _connections.ForEach(connection => connection.Dispose());

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Emitters.Sends)]
    public void Aldis()
    {
        foreach (var name in _names)
        {
            Signal.Named<Ping>(name).Send(_ping);
        }
    }

    [Benchmark(Description = Contestant.MvvmStrong, OperationsPerInvoke = Emitters.Sends)]
    public void MvvmStrong()
    {
        foreach (var name in _names)
        {
            _messenger.Send(_ping, name);
        }
    }
}
