using System.Reflection;
using Aldis.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Catalog;

/// <summary>The parameters of a handler: exactly one event, and besides it what Aldis or the services supply.</summary>
internal sealed class HandlerShape
{
    private readonly MethodInvoker _invoker;
    private readonly Func<object, EventContext, object?>[] _arguments;

    private HandlerShape(MethodInfo method, Type @event, IReadOnlyList<Type> services, Func<object, EventContext, object?>[] arguments)
        => (_invoker, Event, Services, _arguments) = (MethodInvoker.Create(method), @event, services, arguments);

    /// <summary>The type of the event.</summary>
    public Type Event { get; }

    /// <summary>What the services must supply.</summary>
    public IReadOnlyList<Type> Services { get; }

    /// <summary>
    /// Reads a method. The event is the first parameter that is neither an <see cref="EventContext"/> nor a <see cref="CancellationToken"/>;
    /// a parameter marked as an event elsewhere goes before it.
    /// </summary>
    public static HandlerShape Of(MethodInfo method, string origin)
    {
        var parameters = method.GetParameters();
        var marked = Array.FindAll(parameters, parameter => EventNaming.IsDeclared(parameter.ParameterType));
        var @event = marked.Length switch
        {
            0 => Array.Find(parameters, parameter => !IsSupplied(parameter.ParameterType))
                ?? throw Invalid($"{origin} takes no event.", "None of its parameters can be one."),
            1 => marked[0],
            _ => throw Invalid($"{origin} takes {marked.Length} events.", "A handler handles one event at a time."),
        };
        CheckEvent(@event.ParameterType, origin);
        var arguments = Array.ConvertAll(parameters, parameter => Argument(parameter, @event));
        var services = parameters.Where(parameter => parameter != @event && !IsSupplied(parameter.ParameterType) && !parameter.HasDefaultValue);
        return new HandlerShape(method, @event.ParameterType, [.. services.Select(parameter => parameter.ParameterType)], arguments);
    }

    /// <summary>Calls the method; what it throws comes out as it is.</summary>
    public object? Invoke(object? target, object @event, EventContext context)
        => _invoker.Invoke(target, Array.ConvertAll(_arguments, argument => argument(@event, context)).AsSpan());

    private static Func<object, EventContext, object?> Argument(ParameterInfo parameter, ParameterInfo @event)
    {
        var type = parameter.ParameterType;
        return parameter == @event ? (value, _) => value
            : type == typeof(EventContext) ? (_, context) => context
            : type == typeof(CancellationToken) ? (_, context) => context.Cancellation
            : parameter.HasDefaultValue ? (_, context) => context.Services.GetService(type) ?? parameter.DefaultValue
            : (_, context) => context.Services.GetRequiredService(type);
    }

    /// <summary>The error of a method that cannot be a handler.</summary>
    public static AldisException Invalid(string what, string why) => new(new Fault(ErrorCodes.InvalidHandler, what, why));

    /// <summary>
    /// Whether a type is surely no event: a plain value, or a task that nobody has awaited. Anything else may be one, if only by the name that it was given.
    /// </summary>
    public static bool IsPlain(Type type) => type.IsPrimitive || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid) || IsTime(type) || IsTask(type);

    private static bool IsSeveral(Type type) => type.IsArray || (!type.IsByRef && type.Namespace is "System.Collections" or "System.Collections.Generic");

    private static bool IsTime(Type type) => type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan)
        || type == typeof(DateOnly) || type == typeof(TimeOnly);

    private static bool IsTask(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition == typeof(Task) || definition == typeof(Task<>) || definition == typeof(ValueTask) || definition == typeof(ValueTask<>);
    }

    private static bool IsSupplied(Type type) => type == typeof(EventContext) || type == typeof(CancellationToken);

    private static void CheckEvent(Type type, string origin)
    {
        var why = IsSeveral(type) ? "A handler handles one event at a time; several are handled by bus.SubscribeBatch."
            : IsPlain(type) || type == typeof(object) || type.IsByRef || type.IsPointer || type.ContainsGenericParameters ? "An event is a record with a name of its own."
            : null;
        if (why is not null)
        {
            throw Invalid($"{origin} takes {type} as its event.", why);
        }
    }
}
