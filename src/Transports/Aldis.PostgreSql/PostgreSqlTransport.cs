using Aldis.Errors;
using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>
/// Events in a PostgreSQL database: stored when its transaction is committed, the bus's own or that of the user, and shared by all processes that reach the database.
/// </summary>
public sealed partial class PostgreSqlTransport : ITransport, IDeadLetterStore, IBacklog
{
    private readonly PostgreSqlOptions _options;
    private readonly TransportContext _context;
    private readonly ServerAddress _address;
    private Engine? _engine;

    /// <summary>Makes a transport; the database is looked at by <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where the database is and how the bus behaves towards it.</param>
    /// <param name="context">The clock and the log.</param>
    /// <exception cref="ConfigurationException">The options have faults.</exception>
    public PostgreSqlTransport(PostgreSqlOptions options, TransportContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        if (options.Validate().ToArray() is { Length: > 0 } faults || !ServerAddress.TryParse(options.Connection, out var address, out _))
        {
            throw new ConfigurationException([.. options.Validate()]);
        }

        (_options, _context, _address) = (options, context, address);
        Features = new TransportFeatures
        {
            System = "postgresql", ServerAddress = address.Host, ServerPort = address.Port, Durable = Durability.Stored, Ordered = true, KeyOrder = true, DeadLetters = true,
            Delays = true, AtomicSettlement = true, Remembers = true, Schedules = true, KeepsForFirstGroup = true,
        };
    }

    /// <inheritdoc/>
    public TransportFeatures Features { get; }

    internal Engine Engine => Volatile.Read(ref _engine) ?? throw new AldisException(new Fault(ErrorCodes.NotRunning, "The PostgreSQL transport is not started, or closed."));

    /// <summary>Looks whether the server lets the program in and whether the tables are there, and makes them if it may. A server that is away is no fault.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">ALD2402 to ALD2404: what only the user can mend.</exception>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        var engine = new Engine(_options, _address, _context.Time, _context.Loggers.CreateLogger("Aldis.PostgreSql"));
        try
        {
            await engine.Server.RunAsync(static _ => new ValueTask<bool>(true), cancel).ConfigureAwait(false);
        }
        catch (AldisException error) when (!ServerFault.IsForUser(error))
        {
            engine.Log.StartsWithout(_address, error.Fault.Why ?? "");
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await engine.StartAsync().ConfigureAwait(false);
        Volatile.Write(ref _engine, engine);
    }

    /// <inheritdoc/>
    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new PostgreSqlSender(Engine, topic));

    /// <inheritdoc/>
    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var receiver = Engine.Add(new PostgreSqlReceiver(Engine, spec));
        try
        {
            await receiver.OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (!ServerFault.IsForUser(error))
        {
            // The server is away: the group is opened when it is there.
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
        => Engine.Server.RowAsync(new Call(Engine.Server.Texts.Backlog).With(topic.Value).With(group.Value), static row => row.IsDBNull(0) ? default
            : new Backlog(row.GetInt64(0), row.IsDBNull(1) ? null : new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero)), cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _engine, null) is { } engine)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }
    }
}
