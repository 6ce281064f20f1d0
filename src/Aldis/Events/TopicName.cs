namespace Aldis.Events;

/// <summary>The checked name of a topic, for example <c>orders.placed</c>. Names differ when a letter's case differs.</summary>
public readonly record struct TopicName
{
    private readonly string? _value;

    private TopicName(string value) => _value = value;

    /// <summary>The name as text.</summary>
    public string Value => _value ?? "";

    /// <summary>Checks a name.</summary>
    /// <param name="name">1 to 100 ASCII letters, digits, '-', '_' and '.'; begins and ends with a letter or digit; no two dots in a row.</param>
    /// <exception cref="AldisException">ALD1001: the name is not valid.</exception>
    public static TopicName Parse(string name) => new(NameRule.Check(name, "topic name"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
