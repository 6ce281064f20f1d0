using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// What processes ask of the disk is written down; then the power fails at some point of it. The files are made as they may be found, and the engine opens them.
/// </summary>
[Trait("Failure", "F03")]
public sealed class F03_PowerCutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Where the files are made that are found.</summary>
    private readonly TemporaryFolder _found = new(inMemory: true);

    public static TheoryData<string, int> Work => new(
        from kind in new[] { "publish", "settle", "bury", "compact" }
        from writers in new[] { 1, 8 }
        select (kind, writers));

    public void Dispose()
    {
        _folder.Dispose();
        _found.Dispose();
    }

    [Theory]
    [MemberData(nameof(Work))]
    public async Task What_was_acknowledged_is_there(string kind, int writers)
    {
        var calls = await RecordAsync(kind, writers, SqliteDurability.Durable, []);
        var sum = await CutAsync(calls, Figures.Size(everyday: 12, full: 1000), Seed(kind, writers), call => call.Name.StartsWith("told", StringComparison.Ordinal));
        Figures.Print("F03", $"durable, {kind}, writers {writers}: {sum}");
        Assert.True(sum.IsSound, sum.Details);
        Assert.True(sum.Acknowledged > 0, "nothing was acknowledged before a cut: the test proves nothing");
    }

    /// <summary>What was acknowledged before the log was last synchronised is there, and of what came after that nothing without what came before it.</summary>
    [Theory]
    [MemberData(nameof(Work))]
    public async Task At_the_relaxed_level_only_the_last_moments_are_lost(string kind, int writers)
    {
        var calls = await RecordAsync(kind, writers, SqliteDurability.Relaxed, []);
        var sum = await CutAsync(calls, Figures.Size(everyday: 6, full: 250), Seed(kind, writers), call => call is { Kind: 's', Name: "events.db-wal" });
        Figures.Print("F03", $"relaxed, {kind}, writers {writers}: {sum}, lost-since-the-last-synchronisation {sum.Missing}");
        Assert.True(sum.IsSound, sum.Details);
    }

    /// <summary>An SQLite that says that it writes durably, and does not.</summary>
    [Theory]
    [InlineData("publish")]
    [InlineData("compact")]
    public async Task Without_synchronisation_the_loss_is_seen(string kind)
    {
        var calls = await RecordAsync(kind, 1, SqliteDurability.Durable, NativeTools.Careless(synchronous: "0", says: "2"));
        var sum = await CutAsync(calls, Figures.Size(everyday: 10, full: 100), Seed(kind, 1), call => call.Name.StartsWith("told", StringComparison.Ordinal));
        Figures.Print("F03", $"control with synchronous=OFF, {kind}: {sum} (must not be 0)");
        Assert.True(sum.Lost > 0 && !sum.IsSound, "nothing was lost without any synchronisation: the test sees nothing");
    }

    private static int Seed(string kind, int writers) => kind.Length * 100 + writers;

    /// <summary>Eight writers are two processes with four each.</summary>
    private async Task<DiskCall[]> RecordAsync(string kind, int writers, SqliteDurability durability, Dictionary<string, string> environment)
    {
        Assert.SkipUnless(NativeTools.CanBeMade, "gcc is not installed");
        var (folder, trace) = (Directory.CreateDirectory(_folder.File("disk")).FullName, _folder.File("trace"));
        foreach (var (name, value) in NativeTools.Recording(folder, trace))
        {
            environment.Add(name, value);
        }

        var rounds = Figures.Size(everyday: 48, full: 320) / writers;
        VictimProcess[] victims = [.. Enumerable.Range(0, writers == 1 ? 1 : 2).Select(_ => VictimProcess.Within(
            environment, "write", Path.Combine(folder, "events.db"), kind, $"{Math.Min(writers, 4)}", $"{Math.Max(8, rounds)}", $"{durability}"))];
        foreach (var victim in victims)
        {
            Assert.Equal(0, await victim.ExitCodeAsync());
            victim.Dispose();
        }

        return DiskCall.Read(trace);
    }

    /// <summary>Cuts at points drawn at random, in their order, so that the calls are gone through once.</summary>
    /// <param name="calls">What was asked of the disk.</param>
    /// <param name="cuts">How many cuts.</param>
    /// <param name="seed">Of all that is drawn.</param>
    /// <param name="vouches">After which calls all that was told until then has to be there.</param>
    private async Task<CutSum> CutAsync(DiskCall[] calls, int cuts, int seed, Func<DiskCall, bool> vouches)
    {
        var (random, sum, disk) = (new Random(seed), new CutSum(seed, calls.Length), new DiskFolder());
        var (done, vouched) = (0, 0);
        foreach (var cut in Enumerable.Range(0, cuts).Select(_ => random.Next(1, calls.Length + 1)).Order().ToArray())
        {
            for (; done < cut; done++)
            {
                disk.Ask(calls[done]);
                vouched = vouches(calls[done]) ? disk.Told.Count : vouched;
            }

            var folder = Directory.CreateDirectory(_found.File("cut")).FullName;
            disk.CutInto(folder, new Random(random.Next()));
            var must = new ToldSoFar(disk.Told.Take(vouched));
            sum.Add(cut, must, await CutVerdict.OfAsync(Path.Combine(folder, "events.db"), must, new ToldSoFar(disk.Told)));
            Directory.Delete(folder, recursive: true);
        }

        return sum;
    }

    /// <summary>What all cuts of a record have shown.</summary>
    private sealed class CutSum(int seed, int calls)
    {
        private readonly List<string> _first = [];
        private int _cuts;
        private int _corrupt;
        private int _again;
        private int _wrong;

        public long Acknowledged { get; private set; }

        public int Lost { get; private set; }

        public int Missing { get; private set; }

        public bool IsSound => (Lost, _corrupt, _again, _wrong) == (0, 0, 0, 0);

        /// <summary>The first cuts at which something was wrong.</summary>
        public string Details => string.Join(Environment.NewLine, [ToString(), .. _first]);

        public void Add(int cut, ToldSoFar must, CutVerdict verdict)
        {
            _cuts++;
            Acknowledged += must.Published.Count();
            Lost += verdict.Lost;
            Missing += verdict.Missing;
            _again += verdict.Again;
            _wrong += verdict.Wrong;
            _corrupt += verdict.Faults.Count > 0 ? 1 : 0;
            if (_first.Count < 3 && (verdict.Lost + verdict.Again + verdict.Wrong > 0 || verdict.Faults.Count > 0))
            {
                _first.Add($"cut {cut}: {verdict with { Faults = [] }} {string.Join("; ", verdict.Faults.Take(3))}");
            }
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}, calls {calls}, cuts {_cuts}, acknowledged-at-the-cuts {Acknowledged}, acknowledged-lost {Lost}, corrupt {_corrupt}, settled-again {_again}, wrong {_wrong}");
    }
}
