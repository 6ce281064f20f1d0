namespace Aldis.Sqlite;

/// <summary>A table with the statements prepared on it.</summary>
internal abstract class Table(Database database) : IDisposable
{
    private readonly List<Statement> _statements = [];

    /// <summary>Leaves whatever row a statement was left on.</summary>
    public void Reset() => _statements.ForEach(statement => statement.Reset());

    public void Dispose() => _statements.ForEach(statement => statement.Dispose());

    protected Statement Prepare(string sql)
    {
        var statement = new Statement(database, sql);
        _statements.Add(statement);
        return statement;
    }
}
