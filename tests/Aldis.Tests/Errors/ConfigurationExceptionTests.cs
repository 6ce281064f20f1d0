using Aldis.Errors;

namespace Aldis.Tests.Errors;

public sealed class ConfigurationExceptionTests
{
    private static readonly Fault _one = new(ErrorCodes.NoTransport, "There is none.");
    private static readonly Fault _two = new(ErrorCodes.InvalidOption, "X is -1.", "It must be positive.");

    [Fact]
    public void A_single_fault_speaks_for_itself()
    {
        var error = new ConfigurationException([_one]);
        Assert.Equal("ALD1302", error.Code);
        Assert.Equal(_one.ToString(), error.Message);
        Assert.Equal([_one], error.Faults);
    }

    [Fact]
    public void Several_faults_are_all_listed_in_their_order()
    {
        var error = new ConfigurationException([_one, _two]);
        Assert.Equal("ALD1301", error.Code);
        Assert.Equal([_one, _two], error.Faults);
        Assert.Contains("2 faults", error.Message, StringComparison.Ordinal);
        var lines = error.Message.Split(Environment.NewLine);
        Assert.Equal($"  - {_one}", lines[1]);
        Assert.Equal($"  - {_two}", lines[2]);
    }
}
