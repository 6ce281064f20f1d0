using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Catalog;

/// <summary>
/// The one seam where reflection binds a method to events: which parameter is the event, which are services, and what its result publishes.
/// All questions are asked once, when the handler is bound; a typed subscription never comes here.
/// </summary>
[RequiresUnreferencedCode(Why)]
[RequiresDynamicCode(Why)]
internal sealed class HandlerBinder(EventRegistry registry, ICodec codec)
{
    public const string Why = "Generated code cannot take the place of this call, so reflection binds the handler; ALD9021 says why. Subscribe<T>(group, Func<T, EventContext, ValueTask>) needs none.";

    public const string WhyPlugIn = "Reflection finds the handlers of an assembly that the compiler has not seen.";

    private const BindingFlags Marked = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly MethodInfo _typed = typeof(HandlerBinder).GetMethod(nameof(BindTyped), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Binds a delegate.</summary>
    public Subscription Bind(Delegate handler, GroupName group, SubscriptionOptions options)
    {
        // A static method with a target has its first argument already (an extension method, a compiled expression): only the delegate can be called.
        var (method, target) = handler is { Method.IsStatic: true, Target: not null }
            ? (handler.GetType().GetMethod(nameof(Action.Invoke))!, handler)
            : (handler.Method, handler.Target);
        return Bind(method, _ => new HandlerTarget(target), [], group, options);
    }

    /// <summary>Binds the [Subscribe] methods of a class. Static methods need no instance; for the others it is a service, or built from the services, per delivery.</summary>
    /// <exception cref="ConfigurationException">What is wrong with its methods, all of it.</exception>
    public IReadOnlyList<Subscription> BindClass(Type type)
    {
        var bound = new List<Subscription>();
        var faults = new List<Fault>();
        foreach (var method in type.GetMethods(Marked))
        {
            foreach (var subscribe in method.GetCustomAttributes<SubscribeAttribute>())
            {
                try
                {
                    bound.Add(BindMethod(type, method, GroupName.Parse(subscribe.Group), subscribe.Options));
                }
                catch (AldisException error)
                {
                    faults.Add(error.Fault);
                }
            }
        }

        if (bound.Count + faults.Count == 0)
        {
            throw HandlerShape.Invalid($"{type} has no handler.", "None of its methods is marked with [Subscribe(\"group\")].");
        }

        return faults.Count == 0 ? bound : throw new ConfigurationException(faults);
    }

    /// <summary>Binds the [Subscribe] methods of all classes of an assembly. An abstract class has them for those derived from it.</summary>
    /// <exception cref="ConfigurationException">What is wrong with its methods, all of it.</exception>
    public IReadOnlyList<Subscription> BindAssembly(Assembly assembly)
    {
        var bound = new List<Subscription>();
        var faults = new List<Fault>();
        foreach (var type in assembly.GetTypes().Where(HasHandlers))
        {
            try
            {
                bound.AddRange(BindClass(type));
            }
            catch (AldisException error)
            {
                faults.AddRange(error is ConfigurationException several ? several.Faults : [error.Fault]);
            }
        }

        return faults.Count == 0 ? bound : throw new ConfigurationException(faults);
    }

    /// <summary>A class that is abstract and sealed is a static one.</summary>
    private static bool HasHandlers(Type type) => type is { IsClass: true, ContainsGenericParameters: false } && (!type.IsAbstract || type.IsSealed)
        && Array.Exists(type.GetMethods(Marked), method => method.IsDefined(typeof(SubscribeAttribute)));

    private Subscription BindMethod(Type type, MethodInfo method, GroupName group, SubscriptionOptions options)
    {
        if (method.IsStatic)
        {
            return Bind(method, _ => new HandlerTarget(null), [], group, options);
        }

        var factory = FactoryOf(type);
        var constructors = type.GetConstructors();
        var used = Array.Find(constructors, constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute))) ?? constructors[0];
        var needs = used.GetParameters().Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.ParameterType);
        return Bind(method, services => HandlerTarget.Of(type, factory, services), [.. needs], group, options);
    }

    private static ObjectFactory FactoryOf(Type type)
    {
        try
        {
            return ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);
        }
        catch (InvalidOperationException error)
        {
            throw new AldisException(new Fault(ErrorCodes.HandlerCannotBeBuilt, $"{type} cannot be built.", error.Message,
                "Give it one public constructor, or mark the one to use with [ActivatorUtilitiesConstructor]."), error);
        }
    }

    private Subscription Bind(
        MethodInfo method, Func<IServiceProvider, HandlerTarget> target, IReadOnlyList<Type> needs, GroupName group, SubscriptionOptions options)
    {
        var origin = HandlerOrigin.Of(method);
        var shape = HandlerShape.Of(method, origin);
        var result = HandlerResult.Of(method, origin, registry);
        var bound = _typed.MakeGenericMethod(shape.Event).Invoke(this, BindingFlags.DoNotWrapExceptions, null, [shape, target, result], null)!;
        var (type, handler) = ((EventType, Handler))bound;
        return new Subscription(type, group, handler, options, origin, [.. needs, .. shape.Services]) { ByReflection = true };
    }

    private (EventType Type, Handler Handler) BindTyped<T>(HandlerShape shape, Func<IServiceProvider, HandlerTarget> target, HandlerResult result)
        where T : notnull
    {
        return (registry.Add<T>(), async context =>
        {
            var @event = codec.Decode<T>(context.Envelope.Body);
            var instance = target(context.Services);
            await using (instance.ConfigureAwait(false))
            {
                await result.PublishAsync(shape.Invoke(instance.Value, @event, context), context).ConfigureAwait(false);
            }

            return Verdict.Done;
        });
    }
}
