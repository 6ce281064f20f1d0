namespace Aldis.Tests.Transports;

public sealed class InMemoryOptionsTests
{
    [Fact]
    public void The_defaults_work() => Assert.Empty(new InMemoryOptions().Validate());

    [Fact]
    public void Every_value_that_cannot_work_is_found()
    {
        var faults = new InMemoryOptions { Capacity = 0, DeadLetterCapacity = -1 }.Validate().ToArray();
        Assert.Equal(["ALD1304", "ALD1304"], faults.Select(fault => fault.Code.Id));
        Assert.Equal("InMemoryOptions.Capacity is 0.", faults[0].What);
        Assert.Equal("InMemoryOptions.DeadLetterCapacity is -1.", faults[1].What);
    }
}
