using System.Text;

namespace Aldis.PostgreSql.Rows;

/// <summary>Compiles the declared rules of a table into the function of its BEFORE trigger.</summary>
internal sealed class CheckScript(RowPlan plan)
{
    /// <summary>SQLSTATE of a row that is refused.</summary>
    public const string RefusedState = "AL001";

    /// <summary>What stands before the reason in the error that the database raises.</summary>
    public static string Beginning(TableName table) => $"A row of {table} is refused: ";

    /// <param name="function">The function with its parentheses, quoted.</param>
    public string Create(string function)
    {
        var body = new StringBuilder("BEGIN");
        Add(body, RowKinds.Delete, "DELETE", "    RETURN OLD;");
        foreach (var adjustment in plan.Adjustments)
        {
            body.Append($"\n    {adjustment.Column} := {adjustment.Value};");
        }

        foreach (var refusal in plan.Refusals.Where(refusal => refusal.On.HasFlag(RowKinds.Insert | RowKinds.Update)))
        {
            body.Append(Check(refusal, "    "));
        }

        Add(body, RowKinds.Insert, "INSERT", null);
        Add(body, RowKinds.Update, "UPDATE", null);
        body.Append("\n    RETURN NEW;\nEND");
        var quote = DollarQuote.For("check", body.ToString());
        return $"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS {quote}\n{body}\n{quote};";
    }

    /// <summary>What holds for one kind of statement only.</summary>
    private void Add(StringBuilder body, RowKinds kind, string operation, string? end)
    {
        var refusals = plan.Refusals.Where(refusal => (refusal.On & (kind == RowKinds.Delete ? kind : RowKinds.Insert | RowKinds.Update)) == kind
            || (kind == RowKinds.Delete && refusal.On.HasFlag(kind))).ToArray();
        if (refusals.Length > 0)
        {
            body.Append($"\n    IF TG_OP = '{operation}' THEN");
            body.AppendJoin("", refusals.Select(refusal => Check(refusal, "        ")));
            body.Append(end is null ? "" : $"\n    {end}").Append("\n    END IF;");
        }
    }

    private string Check(Refusal refusal, string indent)
    {
        var facts = new List<string>
        {
            $"ERRCODE = '{RefusedState}'", $"MESSAGE = {Sql.Literal($"{Beginning(plan.Table)}{refusal.Why}.")}", $"CONSTRAINT = {Sql.Literal(refusal.Rule)}",
            $"SCHEMA = {Sql.Literal(plan.Table.Schema)}", $"TABLE = {Sql.Literal(plan.Table.Table)}",
        };
        if (refusal.Column is not null)
        {
            facts.Add($"COLUMN = {Sql.Literal(refusal.Column)}");
        }

        return $"\n{indent}IF {refusal.Condition} THEN\n{indent}    RAISE EXCEPTION USING {string.Join(", ", facts)};\n{indent}END IF;";
    }
}
