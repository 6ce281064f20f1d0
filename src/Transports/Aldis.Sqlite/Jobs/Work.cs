namespace Aldis.Sqlite;

/// <summary>A small job written in place.</summary>
/// <typeparam name="T">What it finds out.</typeparam>
internal sealed class Work<T>(Func<Store, T> work, bool concernsOthers = true, bool adds = false) : WriteJob
{
    private T? _result;

    public override bool ConcernsOthers => concernsOthers;

    public override bool NeedsRoom => adds;

    public override bool Adds => adds;

    public override void Execute(Store store) => _result = work(store);

    /// <summary>Runs the job on a writer.</summary>
    public async ValueTask<T> OnAsync(Writer writer)
    {
        await writer.RunAsync(this).ConfigureAwait(false);
        return _result!;
    }
}
