namespace Aldis.Transports;

/// <summary>A transport that a connection URI can choose.</summary>
/// <param name="Name">The scheme: what stands before the first colon, in lower case.</param>
/// <param name="Example">A URI as a user would write it, shown in errors.</param>
/// <param name="Open">Makes the transport from the whole URI. Does no work yet: <see cref="ITransport.StartAsync"/> does.</param>
public sealed record TransportScheme(string Name, string Example, Func<string, TransportContext, ITransport> Open);
