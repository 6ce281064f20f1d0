namespace Aldis.Generators.Handlers;

/// <summary>What has to be done with what a handler returns.</summary>
internal enum ResultKind
{
    /// <summary>There is nothing.</summary>
    None,

    /// <summary>One event that is never null.</summary>
    Value,

    /// <summary>One event, or null.</summary>
    OneOrNull,

    /// <summary>What it is shows when it is there: one event, several, or a stream.</summary>
    Any,
}
