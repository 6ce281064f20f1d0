namespace Aldis.Transports.Tests.Failures;

/// <summary>The judge of order by key finds what is wrong, and nothing else.</summary>
public sealed class KeyRunsTests
{
    [Fact]
    public void In_order_is_right_and_so_is_a_repetition_in_order()
    {
        Assert.Empty(KeyRuns.Violations([Run(0, 0, 1), Run(1, 2, 3)]));
        Assert.Empty(KeyRuns.Violations([Run(0, 0, 1), Run(1, 2, 3), Run(0, 4, 5), Run(1, 6, 7)]));
        Assert.Empty(KeyRuns.Violations([Run(0, 0, 1, isCompleted: false), Run(0, 2, 3), Run(1, 4, 5, isCompleted: false), Run(1, 6, 7)]));
        Assert.Empty(KeyRuns.Violations([Run(0, 0, 1), Run(1, 2, 5), Run(0, 3, 4) with { Key = "other" }]));
    }

    [Fact]
    public void Too_early_is_wrong()
    {
        Assert.NotEmpty(KeyRuns.Violations([Run(1, 0, 1), Run(0, 2, 3)]));
        Assert.NotEmpty(KeyRuns.Violations([Run(0, 0, 1, isCompleted: false), Run(1, 2, 3), Run(0, 4, 5), Run(1, 6, 7)]));
        Assert.NotEmpty(KeyRuns.Violations([Run(0, 0, 2), Run(1, 1, 3)]));
    }

    [Fact]
    public void Two_at_once_is_wrong() => Assert.NotEmpty(KeyRuns.Violations([Run(0, 0, 1), Run(1, 2, 5), Run(1, 4, 6)]));

    [Fact]
    public void Going_back_for_good_is_wrong() => Assert.NotEmpty(KeyRuns.Violations([Run(0, 0, 1), Run(1, 2, 3), Run(0, 4, 5)]));

    private static KeyRunOnce Run(int number, long begun, long ended, bool isCompleted = true) => new("key", number, begun, ended, isCompleted);
}
