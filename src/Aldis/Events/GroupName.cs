namespace Aldis.Events;

/// <summary>The checked name of a group of subscribers that share the work, for example <c>billing</c>.</summary>
public readonly record struct GroupName
{
    private readonly string? _value;

    private GroupName(string value) => _value = value;

    /// <summary>The name as text.</summary>
    public string Value => _value ?? "";

    /// <summary>Checks a name.</summary>
    /// <param name="name">1 to 100 ASCII letters, digits, '-', '_' and '.'; begins and ends with a letter or digit; no two dots in a row.</param>
    /// <exception cref="AldisException">ALD1001: the name is not valid.</exception>
    public static GroupName Parse(string name) => new(NameRule.Check(name, "group name"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
