using System.Collections.Concurrent;
using Aldis.EntityFrameworkCore;

namespace Aldis;

/// <summary>
/// Signals around <c>SaveChanges</c>, by the type of the entity: <c>saves.Of&lt;User&gt;().Before.Connect(save => …)</c>. They are those of the contexts that were given them, in this program: what
/// other programs write, and what does not go through a context, they do not see. Safe for any thread.
/// </summary>
public sealed class SaveSignals
{
    private readonly ConcurrentDictionary<Type, SavePair> _pairs = new();

    /// <summary>
    /// The pair for a type. Before: asked for each entity of the type before anything is written; a veto lets nothing of the save be written, and <c>SaveChanges</c> throws
    /// <see cref="SaveRefusedException"/>. After: told for each entity when the save is done; in a transaction of your own that is before you commit.
    /// </summary>
    /// <typeparam name="T">The entity, or a base class or interface of it.</typeparam>
    public BeforeAfter<EntitySave<T>> Of<T>() where T : class => ((SavePair<T>)_pairs.GetOrAdd(typeof(T), static _ => new SavePair<T>())).Signals;

    internal IReadOnlyList<SavePair> All => _pairs.IsEmpty ? [] : [.. _pairs.Values];
}
