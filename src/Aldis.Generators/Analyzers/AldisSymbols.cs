using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>The types that the rules are about, found once per compilation. A type that is not referenced is null, and equal to none.</summary>
internal sealed class AldisSymbols
{
    /// <summary>The generator asks at every call.</summary>
    private static readonly ConditionalWeakTable<Compilation, AldisSymbols?> _found = new();

    private readonly Compilation _compilation;

    private AldisSymbols(Compilation compilation, INamedTypeSymbol builder)
    {
        _compilation = compilation;
        Builder = builder;
        HostExtensions = Find("Aldis.HostExtensions");
        Cron = Find("Aldis.CronBuilderExtensions");
        Rows = Find("Aldis.RowsBuilderExtensions");
        RowTable = Find("Aldis.RowTable");
        Event = Find("Aldis.EventAttribute");
        Subscribe = Find("Aldis.SubscribeAttribute");
        Receives = Find("Aldis.ReceivesAttribute");
        Lacks = Find("Aldis.Transports.LacksAttribute");
        Supplies = Find("Aldis.Transports.SuppliesAttribute");
        Bus = Find("Aldis.IEventBus");
        Transactions = Find("Aldis.TransactionExtensions");
        EventBus = Find("Aldis.EventBus");
        Topic = Find("Aldis.Topic`1");
        Context = Find("Aldis.EventContext");
        PublishOptions = Find("Aldis.PublishOptions");
        RetryPolicy = Find("Aldis.RetryPolicy");
        Callback = Find("Aldis.Callback`1");
        Subject = Find("Aldis.Subject`1");
        AnySignal = Find("Aldis.Signal");
        Signal = Find("Aldis.Signal`1");
        SignalWithAnswers = Find("Aldis.Signal`2");
        SignalSpace = Find("Aldis.SignalSpace");
        BeforeAfter = Find("Aldis.BeforeAfter`1");
        ConnectOptions = Find("Aldis.ConnectOptions");
        CancellationToken = Find("System.Threading.CancellationToken");
        Thread = Find("System.Threading.Thread");
        Task = Find("System.Threading.Tasks.Task");
        TaskOf = Find("System.Threading.Tasks.Task`1");
        ValueTask = Find("System.Threading.Tasks.ValueTask");
        ValueTaskOf = Find("System.Threading.Tasks.ValueTask`1");
    }

    public INamedTypeSymbol Builder { get; }

    public INamedTypeSymbol? HostExtensions { get; }

    public INamedTypeSymbol? Cron { get; }

    public INamedTypeSymbol? Rows { get; }

    public INamedTypeSymbol? RowTable { get; }

    public INamedTypeSymbol? Event { get; }

    public INamedTypeSymbol? Subscribe { get; }

    public INamedTypeSymbol? Receives { get; }

    public INamedTypeSymbol? Lacks { get; }

    public INamedTypeSymbol? Supplies { get; }

    public INamedTypeSymbol? Bus { get; }

    public INamedTypeSymbol? Transactions { get; }

    public INamedTypeSymbol? EventBus { get; }

    public INamedTypeSymbol? Topic { get; }

    public INamedTypeSymbol? Context { get; }

    public INamedTypeSymbol? PublishOptions { get; }

    public INamedTypeSymbol? RetryPolicy { get; }

    public INamedTypeSymbol? Callback { get; }

    public INamedTypeSymbol? Subject { get; }

    public INamedTypeSymbol? AnySignal { get; }

    public INamedTypeSymbol? Signal { get; }

    public INamedTypeSymbol? SignalWithAnswers { get; }

    public INamedTypeSymbol? SignalSpace { get; }

    public INamedTypeSymbol? BeforeAfter { get; }

    public INamedTypeSymbol? ConnectOptions { get; }

    public INamedTypeSymbol? CancellationToken { get; }

    public INamedTypeSymbol? Thread { get; }

    public INamedTypeSymbol? Task { get; }

    public INamedTypeSymbol? TaskOf { get; }

    public INamedTypeSymbol? ValueTask { get; }

    public INamedTypeSymbol? ValueTaskOf { get; }

    /// <summary>The symbols, or null where the compilation does not see Aldis.</summary>
    public static AldisSymbols? Of(Compilation compilation) => _found.GetValue(compilation, static compilation
        => compilation.GetTypeByMetadataName("Aldis.EventBusBuilder") is { } builder ? new AldisSymbols(compilation, builder) : null);

    /// <summary>Whether a type is marked with [Event].</summary>
    public bool IsEvent(ITypeSymbol type) => Attributes.Find(type, Event) is not null;

    /// <summary>Whether a type is a task of any kind.</summary>
    public bool IsTask(ITypeSymbol? type)
        => type is not null && (Is(type, Task) || Is(type, TaskOf) || Is(type, ValueTask) || Is(type, ValueTaskOf));

    /// <summary>Whether a type is another one, whatever its type arguments.</summary>
    public static bool Is(ITypeSymbol? type, INamedTypeSymbol? wanted)
        => wanted is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, wanted);

    private INamedTypeSymbol? Find(string name) => _compilation.GetTypeByMetadataName(name);
}
