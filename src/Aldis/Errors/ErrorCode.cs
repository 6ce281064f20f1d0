namespace Aldis.Errors;

/// <summary>One kind of error: a stable code that can be searched for, and what to do about it.</summary>
/// <param name="Id">The code, <c>ALD</c> and four digits. It never changes its meaning and is never used again.</param>
/// <param name="Title">What went wrong, as a sentence without a full stop.</param>
/// <param name="Remedy">What the reader can do, used when the place of the error knows nothing better.</param>
public sealed record ErrorCode(string Id, string Title, string Remedy);
