using Aldis.Errors;

namespace Aldis.Tests.Support;

internal static class Failures
{
    public static TransportException Away { get; } = new(new Fault(ErrorCodes.TransportFailed, "The line is dead."));

    public static TransportException Unknown { get; } = new(new Fault(ErrorCodes.TransportFailed, "The line went dead."), mayBeStored: true);
}
