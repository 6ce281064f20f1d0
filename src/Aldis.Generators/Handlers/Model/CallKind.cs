namespace Aldis.Generators.Handlers;

/// <summary>The calls whose place generated code takes.</summary>
internal enum CallKind
{
    Subscribe,
    SubscribeTyped,
    MapEvent,
    AddHandlers,
    AddAllHandlers,
    ConnectReceivers,
    ConnectStaticReceivers,
}
