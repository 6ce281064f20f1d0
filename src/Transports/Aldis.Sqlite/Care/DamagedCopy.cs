using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>A copy of a damaged file, and beside it the rows that are intact on its pages, once somebody asks for them. Both are deleted with this.</summary>
internal sealed class DamagedCopy : IDisposable
{
    private readonly string _path;
    private readonly string _copy;
    private readonly Lazy<Database?> _scattered;
    private Database? _source;

    private DamagedCopy(string path, string copy)
    {
        (_path, _copy) = (path, copy);
        _scattered = new Lazy<Database?>(Scatter);
    }

    private string Rows => _copy + "-rows";

    /// <summary>Copies a file with its log.</summary>
    public static DamagedCopy Of(string path, string copy)
    {
        var made = new DamagedCopy(path, copy);
        File.Copy(path, copy, overwrite: true);
        if (File.Exists(path + "-wal"))
        {
            File.Copy(path + "-wal", copy + "-wal", overwrite: true);
        }

        return made;
    }

    /// <summary>Opens what can be read of it. Where that which describes the tables cannot, what is on the pages is all there is.</summary>
    /// <exception cref="AldisException">It belongs to another program, or nothing can be read.</exception>
    public DamagedTable Open()
    {
        try
        {
            _source = Database.Open(_copy, TimeSpan.Zero);
            if (Schema.Check(_source, _path, shareFile: true) is > 0 and < Schema.Version)
            {
                Schema.Update(_source, _path, shareFile: true);
            }

            return new DamagedTable(_source, () => _scattered.Value);
        }
        catch (TransportException error) when (error.Fault.Code == ErrorCodes.DatabaseDamaged || error.Fault.Code == ErrorCodes.NotAnAldisDatabase)
        {
            return _scattered.Value is { } rows ? new DamagedTable(rows, null) : throw Explain(error);
        }
    }

    public void Dispose()
    {
        _source?.Dispose();
        if (_scattered.IsValueCreated)
        {
            _scattered.Value?.Dispose();
        }

        foreach (var end in new[] { "", "-wal", "-shm" })
        {
            File.Delete(_copy + end);
            File.Delete(Rows + end);
        }
    }

    /// <summary>
    /// Reads the pages one by one; null where there is no event on them, or more of them than fit into memory. The log goes to the file first, as far as that can be.
    /// </summary>
    private Database? Scatter()
    {
        if (new FileInfo(_copy).Length > Array.MaxLength)
        {
            return null;
        }

        try
        {
            _source?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (TransportException)
        {
            // Then what is in the log is not among them.
        }

        var rows = DatabaseFile.OpenWriter(Rows, new SqliteOptions { Path = Rows });
        using var scattered = new ScatteredRows(rows);
        if (scattered.Take(new RawPages(File.ReadAllBytes(_copy)).Rows()) > 0)
        {
            return rows;
        }

        rows.Dispose();
        return null;
    }

    private AldisException Explain(TransportException error) => new(error.Fault with { What = $"{error.Fault.Code.Title}: {_path}." }, error);
}
