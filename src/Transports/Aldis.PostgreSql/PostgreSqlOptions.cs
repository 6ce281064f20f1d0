using Aldis.Errors;
using Aldis.PostgreSql;

namespace Aldis;

/// <summary>Where the database is and how the bus behaves towards it.</summary>
public sealed record PostgreSqlOptions
{
    /// <summary>
    /// <c>postgres://user:password@host:5432/database</c>, or in the words of Npgsql, <c>Host=…;Username=…;Password=…;Database=…</c>. What is special in a URI is
    /// percent-encoded. Its password is shown nowhere.
    /// <para>
    /// TLS: on this machine none where nothing is said, elsewhere <c>sslmode=verify-full</c>. <c>require</c> is raised to <c>verify-full</c>; where the network is trusted, say
    /// <c>sslmode=disable</c>.
    /// </para>
    /// </summary>
    public required string Connection { get; init; }

    /// <summary>The schema that the tables are in, and nothing else is. Several buses that are to know nothing of each other have several. Default: <c>aldis</c>.</summary>
    public string Schema { get; init; } = "aldis";

    /// <summary>
    /// Whether the tables are made, or brought up to date, where they are not. If false they are only looked at: somebody who may applies
    /// <see cref="PostgreSqlScript.Text"/>. Default: true.
    /// </summary>
    public bool Install { get; init; } = true;

    /// <summary>
    /// How long a process may be silent before others take over the events it was handling, by the server's clock. Renewed by itself while the process lives, however long a handler
    /// runs. A process that died on this machine is noticed within a second or two in any case. Default: 25 seconds.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How often the database is looked at for what nobody told of. Default: 250 ms; 50 ms where <see cref="TransactionPooling"/> keeps everybody from being told.</summary>
    public TimeSpan? Poll { get; init; }

    /// <summary>
    /// Whether a proxy stands between that gives each transaction another connection (PgBouncer with <c>pool_mode = transaction</c>). Then nothing is prepared and nobody listens:
    /// the database is looked at more often instead. Default: false.
    /// </summary>
    public bool TransactionPooling { get; init; }

    /// <summary>How many connections there are at most, besides one that listens and two for the care of leases. What needs one more waits. Default: 20.</summary>
    public int MaxConnections { get; init; } = 20;

    /// <summary>How long an attempt to connect may take, and waiting for a connection. Default: 5 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server may take to answer. Then the connection is given up, and it is not known whether what was asked was done. Default: 15 seconds.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A PEM file with the certificates of the authorities that the server's certificate may come from, in place of those the machine trusts. Default: null.
    /// </summary>
    public string? TrustedRoots { get; init; }

    internal TimeSpan PollOrDefault => Poll ?? TimeSpan.FromMilliseconds(TransactionPooling ? 50 : 250);

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (!ServerAddress.TryParse(Connection, out _, out var why))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "PostgreSqlOptions.Connection is not a connection string.", why,
                "Use the form postgres://user:password@host:5432/database, and percent-encode what is special.");
        }

        if (Script.Check(Schema, "PostgreSqlOptions.Schema") is { } schema)
        {
            yield return schema;
        }

        if (MaxConnections is < 2 or > 1000)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"PostgreSqlOptions.MaxConnections is {MaxConnections}.", "It must lie between 2 and 1000.");
        }

        foreach (var (name, value, least, most) in new[]
                 {
                     (nameof(Lease), Lease, TimeSpan.FromSeconds(1), TimeSpan.FromDays(10_000)),
                     (nameof(Poll), PollOrDefault, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
                     (nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
                     (nameof(CommandTimeout), CommandTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
                 })
        {
            if (value < least || value > most)
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"PostgreSqlOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }

        if (TrustedRoots is not null && !File.Exists(TrustedRoots))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "PostgreSqlOptions.TrustedRoots is not a file.", "It cannot be found.");
        }
    }

    /// <summary>Where the server is, without the user and the password.</summary>
    public override string ToString() => ServerAddress.TryParse(Connection, out var address, out _) ? $"PostgreSqlOptions {{ {address} }}" : "PostgreSqlOptions";
}
