using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Sqlite;

/// <summary>An open file: its writer, its watch, and what they share.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly string _path;
    private readonly SqliteOptions _options;

    private Engine(string path, SqliteOptions options, TransportContext context, Database database, FileClock clock)
    {
        (_path, _options, Time, Log) = (path, options, context.Time, context.Loggers.CreateLogger("Aldis.Sqlite"));
        Session = new WorkerSession(options.Lease);
        File = database.File;
        Bell = new Bell(path, Time, Log);
        Writer = new Writer(database, new Store(database, clock, options.KeepDone), Session, Standing, Bell, new LogGuard(database, path, options.LogLimit),
            new DiskReserve(path, options.DiskReserve), options.LockTimeout);
        Clock = clock;
        Ledger = new LedgerReader(OpenReader());
        Sweep = new Sweep(OpenReader(), this);
        Watch = new Watch(OpenReader(), this);
    }

    /// <summary>The file, as SQLite calls it.</summary>
    public string File { get; }

    public Writer Writer { get; }

    public Watch Watch { get; }

    public Sweep Sweep { get; }

    public Bell Bell { get; }

    public LedgerReader Ledger { get; }

    public FileClock Clock { get; }

    public WorkerSession Session { get; }

    public Pulses Pulses { get; } = new();

    public StandingClaims Standing { get; } = new();

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    /// <summary>Opens the file, making it where there is none.</summary>
    /// <exception cref="AldisException">What the user has to mend; the file is as it was.</exception>
    public static Engine Open(string path, SqliteOptions options, TransportContext context)
    {
        var database = DatabaseFile.OpenWriter(path, options);
        return new Engine(path, options, context, database, FileClock.Open(database, context.Time, ProcessIdentity.Current.Boot));
    }

    public Database OpenReader() => DatabaseFile.OpenReader(_path, _options);

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync().ConfigureAwait(false);
        try
        {
            await Writer.RunAsync(new ResignJob(Session.Worker)).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            // The row stays, with what it holds, and is taken over by whoever comes next once its lease has run out.
            Log.ReturnFailed(error);
        }

        Writer.Dispose();
        Bell.Dispose();
        Ledger.Dispose();
        Sweep.Dispose();
        Session.Dispose();
    }
}
