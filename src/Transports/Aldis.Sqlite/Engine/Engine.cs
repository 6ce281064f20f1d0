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
        (_path, _options, Time) = (path, options, context.Time);
        Session = new WorkerSession(options.Lease);
        Writer = new Writer(database, clock);
        Watch = new Watch(OpenReader(), Writer, Session, clock, Pulses, context.Time, context.Loggers.CreateLogger("Aldis.Sqlite"));
    }

    public Writer Writer { get; }

    public Watch Watch { get; }

    public WorkerSession Session { get; }

    public Pulses Pulses { get; } = new();

    public TimeProvider Time { get; }

    /// <summary>Opens the file, making it where there is none.</summary>
    /// <exception cref="AldisException">What the user has to mend; the file is as it was.</exception>
    public static Engine Open(string path, SqliteOptions options, TransportContext context)
    {
        DatabaseFile.Prepare(path, options);
        var database = DatabaseFile.OpenWriter(path, options);
        return new Engine(path, options, context, database, FileClock.Open(database, context.Time, ProcessIdentity.Current.Boot));
    }

    public Database OpenReader() => DatabaseFile.OpenReader(_path, _options);

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync().ConfigureAwait(false);
        try
        {
            await new Work<bool>(store => store.Workers.Delete(Session.Worker, store.Clock.Now, whateverItsLease: true)).OnAsync(Writer).ConfigureAwait(false);
        }
        catch (TransportException)
        {
            // The row stays and is swept by whoever comes next.
        }

        Writer.Dispose();
        Session.Dispose();
    }
}
