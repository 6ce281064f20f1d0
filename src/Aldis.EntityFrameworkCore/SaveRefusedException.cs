using Aldis.Errors;

namespace Aldis;

/// <summary>A receiver of a before-signal has refused a save; nothing of it was written, and the context is as it was.</summary>
public sealed class SaveRefusedException : AldisException
{
    internal SaveRefusedException(string entity, Veto veto) : base(new Fault(ErrorCodes.SaveRefused, $"A {entity} is not saved, and nothing with it.", veto.Reason))
        => (Entity, Reason) = (entity, veto.Reason);

    /// <summary>The name of the entity's type.</summary>
    public string Entity { get; }

    /// <summary>Why, in words for people.</summary>
    public string Reason { get; }
}
