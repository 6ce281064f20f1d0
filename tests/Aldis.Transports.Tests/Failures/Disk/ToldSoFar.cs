namespace Aldis.Transports.Tests.Failures;

/// <summary>What processes of the kind <c>write</c> have said until some moment: what they were about to ask for, and what they know to be done.</summary>
internal sealed class ToldSoFar(IEnumerable<(char Word, string Id)> told)
{
    private readonly ILookup<char, string> _words = told.ToLookup(one => one.Word, one => one.Id);

    public IEnumerable<string> Published => _words['p'];

    public IEnumerable<string> Settled => _words['s'];

    public IEnumerable<string> Buried => _words['d'];

    /// <summary>With what was asked for and may be done or not.</summary>
    public HashSet<string> PerhapsPublished => [.. _words['P']];

    public HashSet<string> PerhapsSettled => [.. _words['S']];

    public HashSet<string> PerhapsBuried => [.. _words['D']];
}
