using Aldis.Errors;
using Aldis.PostgreSql;

namespace Aldis;

/// <summary>Where the rows of a bus are and how it learns of their changes.</summary>
public sealed record RowsOptions
{
    /// <summary>The database, as <c>postgres://user:password@host/database</c> or in the words of Npgsql. Its role has the rights that the guide on row triggers lists.</summary>
    public required string Connection { get; init; }

    /// <summary>A file with the certificates that are trusted, as <c>PostgreSqlOptions.TrustedRoots</c>. Default: null, those of the machine, or what the connection string says.</summary>
    public string? TrustedRoots { get; init; }

    /// <summary>
    /// Whether this process takes changes from the database to the bus. Of all that do, one works for each table, and another takes its place when it is gone. Default:
    /// true. False for a process that only handles what others publish.
    /// </summary>
    public bool Relay { get; init; } = true;

    /// <summary>How long after it found nothing the relay looks again; one statement each time, by the one that works. Default: 100 milliseconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many changes are taken at a time; as many are held in memory. Default: 500.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>How long a process that is not the one waits before it tries to become it, and one that failed before it tries again. Default: 1 second.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the options say, without the user and the password.</summary>
    public override string ToString() => ServerAddress.TryParse(Connection, out var address, out _) ? $"RowsOptions {{ {address} }}" : "RowsOptions";

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (!ServerAddress.TryParse(Connection, out _, out var why))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "RowsOptions.Connection is no connection string.", why);
        }

        if (TrustedRoots is not null && !File.Exists(TrustedRoots))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "RowsOptions.TrustedRoots is not a file.", "It cannot be found.");
        }

        if (BatchSize is < 1 or > 10_000)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"RowsOptions.BatchSize is {BatchSize}.", "It must lie between 1 and 10,000.");
        }

        foreach (var (name, span) in new[] { (nameof(PollInterval), PollInterval), (nameof(RetryInterval), RetryInterval) })
        {
            if (span < TimeSpan.FromMilliseconds(1) || span > TimeSpan.FromMinutes(1))
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"RowsOptions.{name} is {span}.", "It must lie between a millisecond and a minute.");
            }
        }
    }
}
