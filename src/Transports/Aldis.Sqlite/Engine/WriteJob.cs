namespace Aldis.Sqlite;

/// <summary>
/// A piece of work for the one writer. Several jobs share a transaction. A job is run again from the start if its transaction was rolled back,
/// so what it learns becomes true only in <see cref="Committed"/>.
/// </summary>
internal abstract class WriteJob
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the work is on the disk, or has failed.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether other processes may have something to do afterwards. Asked when the work is done, before the commit.</summary>
    public virtual bool ConcernsOthers => true;

    /// <summary>Whether it is turned away where there is no room: it adds something, or takes something on. What lets go of something is never turned away.</summary>
    public virtual bool NeedsRoom => false;

    /// <summary>The topics on which it put something that a group may handle. Asked when the work is done, before the commit.</summary>
    public virtual IEnumerable<long> Topics => [];

    /// <summary>Whether it adds events: then it is turned away on a full disk, where those who handle what is there need the room.</summary>
    public virtual bool Adds => false;

    /// <summary>How many events it is about; one where that is not known before.</summary>
    public virtual int Events => 1;

    /// <summary>Does the work inside the transaction.</summary>
    public abstract void Execute(Store store);

    /// <summary>Called on the writer's thread once the transaction is on the disk.</summary>
    protected virtual void Committed()
    {
    }

    public void Succeed()
    {
        Committed();
        _completion.TrySetResult();
    }

    public void Fail(Exception error) => _completion.TrySetException(error);
}
