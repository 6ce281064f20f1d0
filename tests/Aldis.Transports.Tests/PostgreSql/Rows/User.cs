namespace Aldis.Transports.Tests.PostgreSql.Rows;

/// <summary>A row of the table <c>users</c>.</summary>
internal sealed record User(int Id, string? Name, string? Email = null, int? Age = null, int Version = 1, DateTimeOffset? UpdatedAt = null);
