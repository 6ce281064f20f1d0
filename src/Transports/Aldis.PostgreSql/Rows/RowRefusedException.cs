using Aldis.Errors;

namespace Aldis;

/// <summary>
/// A row may not be written as it was to be: a declared rule of its table says so, in the database, or a check of this program before the statement. The transaction is
/// to be rolled back.
/// </summary>
public sealed class RowRefusedException : AldisException
{
    internal RowRefusedException(string table, string? rule, string why, Exception? inner = null)
        : base(new Fault(ErrorCodes.RowRefused, $"A row of '{table}' is refused.", why), inner) => (Table, Rule, Reason) = (table, rule, why);

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>The name of the declared rule; null where a check in C# refused.</summary>
    public string? Rule { get; }

    /// <summary>Why, in words for people.</summary>
    public string Reason { get; }
}
