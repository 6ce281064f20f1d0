using System.Reflection;
using Aldis.Errors;

namespace Aldis.Tests.Errors;

public sealed class ErrorCodesTests
{
    [Fact]
    public void Every_code_is_in_the_table_in_the_order_in_which_it_is_declared()
    {
        var declared = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorCode)).Select(field => (ErrorCode)field.GetValue(null)!).ToArray();
        Assert.NotEmpty(declared);
        Assert.Equal(declared, ErrorCodes.All);
    }

    [Fact]
    public void Ids_are_unique_and_ascend()
    {
        var ids = ErrorCodes.All.Select(code => code.Id).ToArray();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Ids_are_ALD_and_four_digits() => Assert.All(ErrorCodes.All, code => Assert.Matches("^ALD[0-9]{4}$", code.Id));

    [Fact]
    public void A_title_has_no_full_stop_and_a_remedy_has_one() => Assert.All(ErrorCodes.All, code =>
    {
        Assert.Matches(@"[^.\s]$", code.Title);
        Assert.EndsWith(".", code.Remedy, StringComparison.Ordinal);
    });
}
