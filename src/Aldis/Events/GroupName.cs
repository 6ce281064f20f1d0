namespace Aldis.Events;

/// <summary>The checked name of a group of subscribers that share the work, for example <c>billing</c>.</summary>
public readonly record struct GroupName
{
    private const string InstancePrefix = "each-instance.";

    private readonly string? _value;

    private GroupName(string value) => _value = value;

    /// <summary>Stands for the private group of each instance. A transport never sees it: to it each such group has a name of its own.</summary>
    public static GroupName EachInstance { get; } = new(Group.EachInstance);

    /// <summary>The name as text.</summary>
    public string Value => _value ?? "";

    /// <summary>Checks a name.</summary>
    /// <param name="name">
    /// 1 to 100 ASCII letters, digits, '-', '_' and '.'; begins and ends with a letter or digit; no two dots in a row. Or
    /// <see cref="Group.EachInstance"/>.
    /// </param>
    /// <exception cref="AldisException">ALD1001: the name is not valid.</exception>
    public static GroupName Parse(string name) => name == Group.EachInstance ? EachInstance : new(NameRule.Check(name, "group name"));

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>The name under which a transport knows the private group of one instance: another one each time.</summary>
    internal static GroupName OfInstance(EventId instance) => new($"{InstancePrefix}{instance}");

    /// <summary>Whether a name stands for private groups, or is that of one.</summary>
    internal static bool IsOfInstance(string? name) => name?.StartsWith(InstancePrefix, StringComparison.Ordinal) == true;
}
