namespace Aldis.Generators.Handlers;

/// <summary>What was read: a model, or the reason why the compiler cannot see through it.</summary>
internal readonly record struct Reading<T>(T? Model, string? Unseen)
    where T : class
{
    public static implicit operator Reading<T>(T model) => new(model, null);

    public static Reading<T> Hidden(string why) => new(null, why);
}
