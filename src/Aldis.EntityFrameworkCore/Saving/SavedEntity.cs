using Microsoft.EntityFrameworkCore;

namespace Aldis.EntityFrameworkCore;

/// <summary>An entity as it was before its save: afterwards the context has forgotten why it was saved.</summary>
internal readonly record struct SavedEntity(EntityState Kind, object Entity, DbContext Context);
