using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Aldis.Catalog;

/// <summary>What a handler returns, and how it is published: nothing, an event, several, each of them also later (a task) or one by one (an async stream).</summary>
[RequiresUnreferencedCode(HandlerBinder.Why)]
[RequiresDynamicCode(HandlerBinder.Why)]
internal sealed class HandlerResult
{
    private readonly EventRegistry _registry;
    private readonly Func<object?, ValueTask<object?>> _await;

    private HandlerResult(EventRegistry registry, Func<object?, ValueTask<object?>> @await) => (_registry, _await) = (registry, @await);

    /// <summary>Reads a method's result, and adds what it returns to the registry.</summary>
    public static HandlerResult Of(MethodInfo method, string origin, EventRegistry registry)
    {
        var type = method.ReturnType;
        if (type == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            throw HandlerShape.Invalid($"{origin} is async void.", "Nobody can wait for it or see its error. Return a Task or ValueTask.");
        }

        if (type == typeof(Task) || type == typeof(ValueTask))
        {
            return new HandlerResult(registry, type == typeof(Task) ? AwaitTask : AwaitValueTask);
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var later = definition == typeof(Task<>) || definition == typeof(ValueTask<>);
        var result = later ? type.GetGenericArguments()[0] : type;
        Check(result, origin);
        Register(result, registry);
        return later
            ? new HandlerResult(registry, Make(definition == typeof(Task<>) ? nameof(AwaitTaskOf) : nameof(AwaitValueTaskOf), result))
            : new HandlerResult(registry, static value => new(value));
    }

    /// <summary>Publishes what the handler returned, with its acknowledgement.</summary>
    public async ValueTask PublishAsync(object? returned, EventContext context)
        => await HandlerResults.PublishAsync(context, await _await(returned).ConfigureAwait(false), Meet).ConfigureAwait(false);

    /// <summary>Behind object or an interface may be what no signature has told of.</summary>
    private void Meet(object one)
    {
        if (EventNaming.IsDeclared(one.GetType()) && !_registry.TryFind(one.GetType(), out _))
        {
            Register(one.GetType(), _registry);
        }
    }

    private static void Check(Type result, string origin)
    {
        if (IsStreamOfValues(result))
        {
            throw HandlerShape.Invalid($"{origin} returns an async stream of structs.", "Return a stream of objects, or make the event a class.");
        }

        if (Array.Find([result, .. ElementsOf(result)], one => HandlerShape.IsPlain(one) || IsNameless(one)) is { } wrong)
        {
            throw HandlerShape.Invalid($"{origin} returns {(IsNameless(wrong) ? "an anonymous type" : wrong)}, which is no event.",
                "What a handler returns is published. Where nothing shall be, put the body of the lambda in braces.");
        }
    }

    /// <summary>Types that the compiler has named begin so.</summary>
    private static bool IsNameless(Type type) => type.Name is ['<', ..];

    private static void Register(Type type, EventRegistry registry)
    {
        foreach (var element in ElementsOf(type).Where(element => !element.IsAbstract && element != typeof(object) && element != typeof(void)))
        {
            typeof(EventRegistry).GetMethod(nameof(EventRegistry.Add))!.MakeGenericMethod(element)
                .Invoke(registry, BindingFlags.DoNotWrapExceptions, null, [null, null], null);
        }
    }

    /// <summary>The types of the events in a result: the elements of a sequence, the parts of a tuple, else the type itself.</summary>
    private static Type[] ElementsOf(Type type)
        => Array.ConvertAll(type.IsAssignableTo(typeof(ITuple)) ? PartsOf(type)
            : Sequence(type) is { } sequence ? sequence.GetGenericArguments()
            : [type], one => Nullable.GetUnderlyingType(one) ?? one);

    /// <summary>The parts of a tuple; one of more than seven has the rest of them in another tuple.</summary>
    private static Type[] PartsOf(Type tuple)
        => tuple.GetGenericArguments() is [.. { Length: 7 } seven, var rest] ? [.. seven, .. PartsOf(rest)] : tuple.GetGenericArguments();

    private static Type? Sequence(Type type) => type.GetInterfaces().Append(type).FirstOrDefault(face => face.IsGenericType
        && (face.GetGenericTypeDefinition() == typeof(IEnumerable<>) || face.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)));

    private static bool IsStreamOfValues(Type type) => Sequence(type) is { } sequence
        && sequence.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) && sequence.GetGenericArguments()[0].IsValueType;

    private static Func<object?, ValueTask<object?>> Make(string name, Type inner)
        => typeof(HandlerResult).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(inner)
            .CreateDelegate<Func<object?, ValueTask<object?>>>();

    private static async ValueTask<object?> AwaitTaskOf<T>(object? value) => await ((Task<T>)value!).ConfigureAwait(false);

    private static async ValueTask<object?> AwaitValueTaskOf<T>(object? value) => await ((ValueTask<T>)value!).ConfigureAwait(false);

    private static async ValueTask<object?> AwaitTask(object? value)
    {
        await ((Task)value!).ConfigureAwait(false);
        return null;
    }

    private static async ValueTask<object?> AwaitValueTask(object? value)
    {
        await ((ValueTask)value!).ConfigureAwait(false);
        return null;
    }
}
