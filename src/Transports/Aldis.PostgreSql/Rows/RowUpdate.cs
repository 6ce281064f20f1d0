using System.Linq.Expressions;
using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>A row that is changed, or has been.</summary>
/// <typeparam name="T">The row.</typeparam>
/// <param name="Old">The row before.</param>
/// <param name="New">The row after.</param>
/// <param name="Changed">The members that differ, by their names in JSON.</param>
public sealed record RowUpdate<T>(T Old, T New, IReadOnlyList<string> Changed) where T : class
{
    /// <summary>Whether a column has changed: <c>update.Changes(user => user.Email)</c>.</summary>
    /// <typeparam name="TValue">The type of the column.</typeparam>
    /// <param name="column">The member.</param>
    /// <exception cref="AldisException">ALD1304: it is no member of the row.</exception>
    public bool Changes<TValue>(Expression<Func<T, TValue>> column)
        => Changed.Contains(ColumnNames.JsonOf(Member.NameOf(column)), StringComparer.OrdinalIgnoreCase);
}
