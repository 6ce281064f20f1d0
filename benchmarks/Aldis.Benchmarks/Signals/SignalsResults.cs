namespace Aldis.Benchmarks.Signals;

/// <summary>What the rounds have read, as figures and as a page: medians of the rounds, and of the ratios of each round.</summary>
internal sealed class SignalsResults(IReadOnlyList<IReadOnlyDictionary<Case, Reading>> rounds)
{
    private readonly Figures _figures = new("signals");

    private IEnumerable<string> Names => rounds[0].Keys.Select(each => each.Name).Distinct();

    public void Print()
    {
        foreach (var name in Names)
        {
            var ours = new Case(name, Contestant.Aldis);
            _figures.Add($".{name}.ns", Nanoseconds(ours));
            _figures.Add($".{name}.bytes", Bytes(ours));
            foreach (var peer in Cases(name).Where(each => each != ours))
            {
                _figures.Add($".{name}.{peer.Contestant}.ns", Nanoseconds(peer));
                _figures.Add($".{name}.{peer.Contestant}.bytes", Bytes(peer));
                _figures.Add($".{name}.ratio_to_{peer.Contestant}", Ratio(ours, peer));
            }
        }

        _figures.Add(".threads2.ratio_to_1", Scaling(Contestant.Aldis));
        _figures.Add(".threads2.csharp_event.ratio_to_1", Scaling(Contestant.CSharpEvent));
        _figures.Add(".rounds", rounds.Count);
        _figures.Add(".last_rounds_to_first", LastRoundsToFirst());
    }

    public void WritePage() => _figures.WritePage(
        "A ratio is our time over theirs: below 1 we are faster.",
        Table("ns (ratio)", Names, Time),
        Table("bytes", Names.Where(name => Cases(name).Any(each => Bytes(each) > 0)), each => Figures.Text(Bytes(each))),
        [
            ["two threads to one", Contestant.Aldis, Contestant.CSharpEvent],
            ["sends", Figures.Text(Scaling(Contestant.Aldis)), Figures.Text(Scaling(Contestant.CSharpEvent))],
        ]);

    private string[][] Table(string title, IEnumerable<string> names, Func<Case, string> text)
    {
        string Cell(Case each) => Has(each) ? text(each) : "";
        string[] Row(string name) => [name, .. Contestant.All.Select(contestant => Cell(new Case(name, contestant)))];

        return [[title, .. Contestant.All], .. names.Select(Row)];
    }

    private string Time(Case each) => each.Contestant == Contestant.Aldis
        ? Figures.Text(Nanoseconds(each))
        : $"{Figures.Text(Nanoseconds(each))} ({Figures.Text(Ratio(each with { Contestant = Contestant.Aldis }, each))})";

    private IEnumerable<Case> Cases(string name) => Contestant.All.Select(contestant => new Case(name, contestant)).Where(Has);

    private bool Has(Case each) => rounds[0].ContainsKey(each);

    /// <summary>
    /// The middle of the rounds; with threads the best one, as other work takes a core from two threads far sooner than from one.
    /// </summary>
    private double Nanoseconds(Case each)
    {
        var all = rounds.Select(round => round[each].Nanoseconds);
        return each.Name.StartsWith(ThreadCases.Name, StringComparison.Ordinal) ? all.Min() : Figures.Median(all);
    }

    private double Bytes(Case each) => Figures.Median(rounds.Select(round => round[each].Bytes));

    private double Ratio(Case one, Case other)
        => Figures.Median(rounds.Select(round => round[one].Nanoseconds / round[other].Nanoseconds));

    /// <summary>What two threads send in the time in which one sends 1.</summary>
    private double Scaling(string contestant)
        => Nanoseconds(new Case($"{ThreadCases.Name}1", contestant)) / Nanoseconds(new Case($"{ThreadCases.Name}2", contestant));

    /// <summary>
    /// The last third of the rounds to the first, in the middle of all cases: near 1 when the compiler had finished before the first.
    /// </summary>
    private double LastRoundsToFirst()
    {
        var some = (rounds.Count + 2) / 3;
        return Figures.Median(rounds[0].Keys.Select(each => Middle(rounds.TakeLast(some), each) / Middle(rounds.Take(some), each)));

        static double Middle(IEnumerable<IReadOnlyDictionary<Case, Reading>> rounds, Case each)
            => Figures.Median(rounds.Select(round => round[each].Nanoseconds));
    }
}
