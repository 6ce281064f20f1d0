using Microsoft.EntityFrameworkCore.Storage;

namespace Aldis.EntityFrameworkCore;

/// <summary>A save between its begin and its end.</summary>
/// <param name="Entities">What is saved, where a signal is to be sent afterwards.</param>
/// <param name="Events">What waits to be published. An entity that is deleted is not in the context any more when the save is done.</param>
/// <param name="Own">The transaction that was begun for it; null where there was one, or none is needed.</param>
internal sealed record OpenSave(IReadOnlyList<SavedEntity> Entities, IReadOnlyList<RaisedEvents> Events, IDbContextTransaction? Own);
