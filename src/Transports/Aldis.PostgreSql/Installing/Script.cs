using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Aldis.Errors;

namespace Aldis.PostgreSql;

/// <summary>The text that makes the tables and functions in a schema. In the files, <c>aldis.</c> stands for the schema and <c>aldis_locks</c> for the first number of its locks.</summary>
internal sealed partial class Script
{
    /// <summary>The version that this code works with.</summary>
    public const int Version = 1;

    private static readonly string[] _files = ["01-tables.sql", "02-append.sql", "03-keys.sql", "04-groups.sql", "05-claim.sql", "06-settle.sql", "07-deadletters.sql"];

    public Script(string schema)
    {
        (Schema, Quoted) = (schema, Identifier.Quote(schema));
        Locks = LocksOf(schema);
        var locks = Locks.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder($"""
            SELECT pg_advisory_xact_lock({locks} + 3, 0);
            DO $do$ BEGIN IF to_regnamespace({Identifier.Literal(Quoted)}) IS NULL THEN CREATE SCHEMA {Quoted}; END IF; END $do$;

            """);
        foreach (var file in _files)
        {
            text.Append(SchemaName().Replace(Read(file), Quoted + ".").Replace("aldis_locks", locks, StringComparison.Ordinal)).Append('\n');
        }

        var version = Version.ToString(CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"""
            INSERT INTO {Quoted}.schema (version) SELECT {version} WHERE NOT EXISTS (SELECT FROM {Quoted}.schema);
            UPDATE {Quoted}.schema SET version = {version} WHERE version < {version};

            """);
        Text = text.ToString();
    }

    /// <summary>The schema.</summary>
    public string Schema { get; }

    /// <summary>The schema as it stands in SQL.</summary>
    public string Quoted { get; }

    /// <summary>
    /// The first of the numbers that tell the kinds of advisory locks: workers, groups, topics, single tasks (0 installing, 2 publishing what is due), and topics that are swept. Another schema has others.
    /// </summary>
    public int Locks { get; }

    public string Text { get; }

    /// <summary>What is wrong with the name of a schema, or null. It stands in the bodies of functions, which end with two of these signs.</summary>
    public static Fault? Check(string? schema, string what) => Identifier.Check(schema, what)
        ?? (schema!.Contains('$', StringComparison.Ordinal) ? new Fault(ErrorCodes.InvalidOption, $"{what} is not a name.", "It has the character '$'.") : null);

    /// <summary>From the name (FNV-1a), so that everybody comes to the same.</summary>
    private static int LocksOf(string schema)
    {
        var hash = 2_166_136_261u;
        foreach (var part in Encoding.UTF8.GetBytes(schema))
        {
            hash = (hash ^ part) * 16_777_619u;
        }

        return (int)(hash & 0x7FFF_FFF0);
    }

    private static string Read(string file)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\baldis\.")]
    private static partial Regex SchemaName();
}
