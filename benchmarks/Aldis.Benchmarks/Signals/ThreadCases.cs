using BenchmarkDotNet.Attributes;

namespace Aldis.Benchmarks.Signals;

/// <summary>One emitter with eight receivers, on which one or two threads send. The time is that of all sends, for one of them.</summary>
[BenchmarkCategory(Name)]
public class ThreadCases : IDisposable
{
    internal const string Name = "threads";

    private const int Receivers = 8;

    // So many that the meeting of the threads before and after does not count.
    private const int Sends = 1 << 16;

    private readonly Signal<Tally> _signal = new();
    private readonly Emitter<Tally> _emitter = new();
    private Crew? _crew;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        for (var number = 0; number < Receivers; number++)
        {
            var receiver = number;
            _signal.Connect(tally => tally.Count(receiver));
            _emitter.Happened += tally => tally.Count(receiver);
        }

        _crew = new Crew(Threads);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _crew?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Sends)]
    public void Aldis() => _crew!.Work(() =>
    {
        var tally = new Tally();
        for (var send = 0; send < Sends / Threads; send++)
        {
            _signal.Send(tally);
        }
    });

    [Benchmark(Description = Contestant.CSharpEvent, OperationsPerInvoke = Sends)]
    public void CSharpEvent() => _crew!.Work(() =>
    {
        var tally = new Tally();
        for (var send = 0; send < Sends / Threads; send++)
        {
            _emitter.Emit(tally);
        }
    });
}
