using System.Reflection;
using System.Text;
using Aldis.Errors;
using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>Which topic an event type has: what [Event] says, else the convention.</summary>
internal static class EventNaming
{
    /// <summary>The topic and version of a type.</summary>
    public static (TopicName Topic, int Version) Of(Type type)
    {
        var declared = type.GetCustomAttribute<EventAttribute>(inherit: false);
        var version = declared?.Version ?? 1;
        if (version < 1)
        {
            throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"[Event] on {type} has Version = {version}.", "Versions count from 1."));
        }

        return (TopicName.Parse(declared?.Topic ?? Convention(type)), version);
    }

    public static bool IsDeclared(Type type) => type.IsDefined(typeof(EventAttribute), inherit: false);

    /// <summary><c>OrderPlaced</c> is <c>order-placed</c>; <c>Changed&lt;Order&gt;</c> is <c>changed-order</c>.</summary>
    private static string Convention(Type type)
    {
        // A type inside a generic one is generic too, but its name has no mark of it.
        var name = Kebab(type.Name.Split('`')[0]);
        return type.GetGenericArguments().Aggregate(name, (whole, argument) => $"{whole}-{Convention(argument)}");
    }

    private static string Kebab(string name)
    {
        var kebab = new StringBuilder(name.Length + 4);
        for (var index = 0; index < name.Length; index++)
        {
            if (index > 0 && char.IsUpper(name[index]) && (!char.IsUpper(name[index - 1]) || IsLowerAt(name, index + 1)))
            {
                kebab.Append('-');
            }

            kebab.Append(char.ToLowerInvariant(name[index]));
        }

        return kebab.ToString();
    }

    private static bool IsLowerAt(string name, int index) => index < name.Length && char.IsLower(name[index]);
}
