using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Aldis.EntityFrameworkCore;

/// <summary>The signals for one type of entity, whatever it is.</summary>
internal abstract class SavePair
{
    /// <summary>Asks whether an entity may be saved, if it is of the type.</summary>
    public abstract ValueTask<Veto?> AskAsync(EntityEntry entry, CancellationToken cancel);

    /// <summary>Tells that an entity was saved, if it is of the type.</summary>
    public abstract ValueTask TellAsync(SavedEntity saved, CancellationToken cancel);
}

/// <inheritdoc/>
internal sealed class SavePair<T> : SavePair where T : class
{
    public BeforeAfter<EntitySave<T>> Signals { get; } = new();

    public override async ValueTask<Veto?> AskAsync(EntityEntry entry, CancellationToken cancel)
    {
        if (entry.Entity is not T entity || !Signals.Before.HasReceiversFor(entry.Context))
        {
            return null;
        }

        var answers = await Signals.Before.SendAsync(entry.Context, new EntitySave<T>(entry.State, entity, entry.Context), cancel).ConfigureAwait(false);
        return answers.Values.FirstOrDefault(veto => veto is not null);
    }

    public override ValueTask TellAsync(SavedEntity saved, CancellationToken cancel)
        => saved.Entity is T entity ? Signals.After.SendAsync(saved.Context, new EntitySave<T>(saved.Kind, entity, saved.Context), cancel) : ValueTask.CompletedTask;
}
