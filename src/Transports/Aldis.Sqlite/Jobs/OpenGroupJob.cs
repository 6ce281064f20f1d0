using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Finds a group, or makes it. A private one is made, and belongs to this worker: nobody would forget it if the worker were not there.</summary>
internal sealed class OpenGroupJob(ReceiverSpec spec, WorkerSession session) : WriteJob
{
    /// <summary>The group; null where the worker is lost.</summary>
    public GroupAddress? Address { get; private set; }

    /// <summary>Opens a group for a worker that is registered, and anew as often as others take it for dead meanwhile.</summary>
    public static async ValueTask<GroupAddress> RunAsync(Engine engine, ReceiverSpec spec)
    {
        while (true)
        {
            var (job, worker) = (new OpenGroupJob(spec, engine.Session), engine.Session.Worker);
            await engine.Writer.RunAsync(job).ConfigureAwait(false);
            if (job.Address is { } address)
            {
                return address;
            }

            await engine.Session.RegisterAsync(engine.Writer, worker).ConfigureAwait(false);
        }
    }

    public override void Execute(Store store)
    {
        Address = null;
        if (store.Workers.Exists(session.Worker))
        {
            var topic = store.Topics.Ensure(spec.Topic);
            var group = spec.IsPrivate ? store.Groups.InsertPrivate(topic, spec.Group, session.Worker) : store.Groups.Ensure(topic, spec.Group);
            Address = new GroupAddress(spec.Topic, topic, group);
        }
    }
}
