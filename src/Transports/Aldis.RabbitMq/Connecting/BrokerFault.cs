using System.Security.Authentication;
using Aldis.Errors;
using RabbitMQ.Client.Exceptions;

namespace Aldis.RabbitMq;

/// <summary>What an error of the client library means, in words.</summary>
internal static class BrokerFault
{
    private const ushort AccessRefused = 403;
    private const ushort NotFound = 404;
    private const ushort PreconditionFailed = 406;
    private const ushort NotAllowed = 530;

    /// <summary>The error as one of this library. Login, certificate and topology are for the user to mend; the rest may pass.</summary>
    public static TransportException Explain(Exception error, BrokerAddress address, bool mayBeStored = false)
        => error as TransportException ?? new TransportException(Fault(error, address), mayBeStored, error);

    /// <summary>Whether only the user can mend it.</summary>
    public static bool IsForUser(AldisException error) => error.Fault.Code == ErrorCodes.LoginRefused || error.Fault.Code == ErrorCodes.TlsRefused
        || error.Fault.Code == ErrorCodes.TopologyDiffers || error.Fault.Code == ErrorCodes.TopologyMissing;

    private static Fault Fault(Exception error, BrokerAddress address)
    {
        foreach (var one in All(error))
        {
            switch (one)
            {
                case AuthenticationFailureException or PossibleAuthenticationFailureException:
                    return new Fault(ErrorCodes.LoginRefused, $"The broker at {address} refused the login.", "The user or the password is wrong, or the user may not connect from here.");
                case OperationInterruptedException { ShutdownReason: { } reason } when Topology(reason.ReplyCode, reason.ReplyText, address) is { } fault:
                    return fault;
                case AuthenticationException:
                    return new Fault(ErrorCodes.TlsRefused, $"TLS with the broker at {address} failed.", one.Message);
            }
        }

        return new Fault(ErrorCodes.BrokerAway, $"The broker at {address} cannot be reached.", All(error).Last().Message);
    }

    private static Fault? Topology(ushort code, string text, BrokerAddress address) => code switch
    {
        PreconditionFailed when text.Contains("inequivalent arg", StringComparison.Ordinal) => Mismatch.Explain(text),
        NotFound => new Fault(ErrorCodes.TopologyMissing, $"Something is missing on the broker at {address}.", text),
        AccessRefused or NotAllowed => new Fault(ErrorCodes.LoginRefused, $"The broker at {address} refused access.", text),
        _ => null,
    };

    /// <summary>An error and those below it, from the outside in.</summary>
    private static IEnumerable<Exception> All(Exception error)
    {
        yield return error;
        var inner = error is AggregateException many ? many.InnerExceptions : error.InnerException is { } one ? [one] : (IEnumerable<Exception>)[];
        foreach (var below in inner.SelectMany(All))
        {
            yield return below;
        }
    }
}
