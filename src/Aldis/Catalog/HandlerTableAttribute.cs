using System.ComponentModel;

namespace Aldis.Catalog;

/// <summary>Names the generated class that adds the handlers of an assembly, so that the assemblies that use it find it. Written by generated code.</summary>
/// <param name="table">A static class with <c>AddHandlers(EventBusBuilder)</c>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class HandlerTableAttribute(Type table) : Attribute
{
    /// <summary>The class.</summary>
    public Type Table { get; } = table;
}
