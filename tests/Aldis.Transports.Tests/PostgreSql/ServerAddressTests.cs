using Aldis.PostgreSql;
using Npgsql;
using Xunit;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>What connection strings say, and that they never show a password.</summary>
public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("postgres://shop:s%40cret@db.example:6000/orders", "postgres://db.example:6000/orders")]
    [InlineData("postgresql://shop@db.example/orders?application_name=web", "postgres://db.example:5432/orders")]
    [InlineData("Host=db.example;Port=6000;Username=shop;Password=s@cret;Database=orders", "postgres://db.example:6000/orders")]
    [InlineData("postgres://shop:s%40cret@one:6000,two/orders", "postgres://one:6000,two:5432/orders")]
    public void Both_forms_are_read_and_shown_without_who_and_with_what(string text, string shown)
    {
        Assert.True(ServerAddress.TryParse(text, out var address, out _));
        Assert.Equal(shown, address.ToString());
    }

    [Fact]
    public void What_is_percent_encoded_is_meant()
    {
        Assert.True(ServerAddress.TryParse("postgres://a%3Ab:c%40%2F%3Fd@localhost/x%2Fy", out var address, out _));
        var said = address.ToBuilder();
        Assert.Equal(("a:b", "c@/?d", "x/y"), (said.Username, said.Password, said.Database));
    }

    [Theory]
    [InlineData("postgres://u:p@localhost/d", SslMode.Disable)]
    [InlineData("postgres://u:p@127.0.0.1:5555/d", SslMode.Disable)]
    [InlineData("postgres://u:p@[::1]:5555/d", SslMode.Disable)]
    [InlineData("Host=/var/run/postgresql;Database=d", SslMode.Disable)]
    [InlineData("postgres://u:p@db.example/d", SslMode.VerifyFull)]
    [InlineData("postgres://u:p@localhost,db.example/d", SslMode.VerifyFull)]
    [InlineData("postgres://u:p@db.example/d?sslmode=require", SslMode.VerifyFull)]
    [InlineData("postgres://u:p@localhost/d?sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("postgres://u:p@db.example/d?sslmode=disable", SslMode.Disable)]
    public void Tls_is_off_or_looks_at_who_is_on_the_other_side(string text, SslMode mode)
    {
        Assert.True(ServerAddress.TryParse(text, out var address, out _));
        Assert.Equal(mode, address.ToBuilder().SslMode);
    }

    [Theory]
    [InlineData("postgres://u:hunter2@db.example/d?sslmode=prefer", "plain text")]
    [InlineData("Host=db.example;Password=hunter2;Database=d;SSL Mode=Allow", "plain text")]
    [InlineData("postgres://u:hunter2@db.example/d?sslmode=hunter2", "value")]
    [InlineData("postgres://u:hunter2@db.example/d?hunter2=1", "not known")]
    [InlineData("postgres://u:hunter2@db.example", "database")]
    [InlineData("postgres://u:hunter2@/d", "host")]
    [InlineData("hunter2", "keywords")]
    [InlineData("Host=a;Hunter2=hunter2", "keywords")]
    [InlineData("", "empty")]
    [InlineData(null, "empty")]
    public void What_is_wrong_is_said_without_showing_it(string? text, string why)
    {
        Assert.False(ServerAddress.TryParse(text, out _, out var said));
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("plain", "\"plain\"", "'plain'")]
    [InlineData("a\"; DROP TABLE x; --", "\"a\"\"; DROP TABLE x; --\"", "'a\"; DROP TABLE x; --'")]
    [InlineData("o'clock", "\"o'clock\"", "'o''clock'")]
    [InlineData("back\\'slash", "\"back\\'slash\"", " E'back\\\\''slash'")]
    public void A_name_is_one_name_and_a_literal_one_literal(string text, string name, string literal)
        => Assert.Equal((name, literal), (Identifier.Quote(text), Identifier.Literal(text)));
}
