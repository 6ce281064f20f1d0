using Microsoft.EntityFrameworkCore;

namespace Aldis;

/// <summary>An entity that is to be saved, or has been.</summary>
/// <typeparam name="T">The entity, or a base class or interface of it.</typeparam>
/// <param name="Kind">Why: <see cref="EntityState.Added"/>, <see cref="EntityState.Modified"/> or <see cref="EntityState.Deleted"/>.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Context">The context that saves it.</param>
public sealed record EntitySave<T>(EntityState Kind, T Entity, DbContext Context) where T : class;
