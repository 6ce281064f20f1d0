using System.Security.Cryptography;
using System.Text;

namespace Aldis.PostgreSql.Rows;

/// <summary>What is to be in the database for one table, and the names of it.</summary>
internal sealed record RowPlan(TableName Table, string KeptIn)
{
    /// <summary>What everything that Aldis makes is marked with, so that it never touches anything else.</summary>
    public const string Mark = "aldis rows v1";

    public required string Topic { get; init; }

    public required IReadOnlyList<string> Key { get; init; }

    public required RowKinds Published { get; init; }

    public required RowSource Source { get; init; }

    public required IReadOnlyList<Refusal> Refusals { get; init; }

    public required IReadOnlyList<Adjustment> Adjustments { get; init; }

    public string Schema => Identifier.Quote(KeptIn);

    public bool HasAfter => Published != RowKinds.None && Source == RowSource.Triggers;

    public bool IsReplicated => Published != RowKinds.None && Source == RowSource.LogicalReplication;

    /// <summary>The statements before which anything is to be done.</summary>
    public RowKinds Before => Refusals.Aggregate(Adjustments.Count > 0 ? RowKinds.Insert | RowKinds.Update : RowKinds.None, (kinds, refusal) => kinds | refusal.On);

    public string AfterTrigger => $"{KeptIn}_after";

    /// <summary>Triggers fire by name: the last one sees the row as it will be written.</summary>
    public string BeforeTrigger => $"zz_{KeptIn}_before";

    public string CheckFunction => Cut($"check_{Table.Schema}_{Table.Table}");

    public string Publication => KeptIn;

    /// <summary>The name of a slot has small letters, digits and underscores only.</summary>
    public string Slot => SlotOf(KeptIn);

    public static string SlotOf(string keptIn)
        => keptIn.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_') ? keptIn : "aldis_" + Digest(keptIn);

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    private static string Cut(string name)
        => Encoding.UTF8.GetByteCount(name) <= Identifier.MaxBytes ? name : "check_" + Digest(name);
}
