using System.Net;
using Aldis.Errors;
using Amazon.Runtime;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>What an error of the client library means, in words.</summary>
internal static class SqsFault
{
    private static readonly HashSet<string> _login = new(StringComparer.Ordinal)
    {
        "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId", "ExpiredToken", "ExpiredTokenException", "MissingAuthenticationToken",
        "IncompleteSignature", "InvalidSecurity", "OptInRequired",
    };

    private static readonly HashSet<string> _denied = new(StringComparer.Ordinal)
    {
        "AccessDenied", "AccessDeniedException", "KMS.AccessDeniedException", "KmsAccessDenied",
    };

    /// <summary>The error as one of this library.</summary>
    public static TransportException Explain(Exception error) => error switch
    {
        TransportException known => known,
        AmazonServiceException service when IsMissing(service) => new(new Fault(ErrorCodes.SqsQueueMissing, "A queue is not there.", service.Message), inner: service),
        AmazonServiceException service when IsLogin(service) || _denied.Contains(service.ErrorCode ?? "") => new(
            new Fault(ErrorCodes.SqsRefused, "SQS refuses this program.", $"{service.ErrorCode}: {service.Message}"), inner: service),
        AmazonServiceException service => new(new Fault(ErrorCodes.SqsUnavailable, "SQS did not do what it was asked.", $"{service.ErrorCode}: {service.Message}"),
            (int)service.StatusCode >= 500 || service.StatusCode == 0, service),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } or HttpRequestException { InnerException: System.Net.Sockets.SocketException } => new(
            new Fault(ErrorCodes.SqsUnavailable, "SQS cannot be reached.", error.Message), inner: error),
        OperationCanceledException or TimeoutException => new(new Fault(ErrorCodes.SqsUnavailable, "SQS does not answer.", "The request took too long."), mayBeStored: true, error),
        AmazonClientException { Message: var text } when text.Contains("credentials", StringComparison.OrdinalIgnoreCase) => new(
            new Fault(ErrorCodes.SqsRefused, "There are no credentials for SQS.", "The AWS SDK found none in its chain: environment, profile, web identity, container, instance."), inner: error),
        _ => new(new Fault(ErrorCodes.SqsUnavailable, "SQS cannot be reached, or was lost.", error.Message), mayBeStored: true, error),
    };

    /// <summary>Whether only the user can mend it, whatever the program is to do.</summary>
    public static bool IsForUser(TransportException error)
        => error.Fault.Code == ErrorCodes.SqsQueueDiffers || error.Fault.Code == ErrorCodes.SqsRefused || error.Fault.Code == ErrorCodes.SqsQueueMissing;

    /// <summary>Whether the program is let in, and only may not do what it asked.</summary>
    public static bool IsDenied(TransportException error) => error.InnerException is AmazonServiceException { ErrorCode: { } code } && _denied.Contains(code);

    /// <summary>Whether a queue is not there.</summary>
    public static bool IsMissing(Exception? error) => error switch
    {
        QueueDoesNotExistException => true,
        AmazonServiceException { ErrorCode: "AWS.SimpleQueueService.NonExistentQueue" or "QueueDoesNotExist" } => true,
        TransportException { InnerException: { } inner } => IsMissing(inner),
        _ => false,
    };

    /// <summary>Whether it may go otherwise when it is tried again.</summary>
    public static bool MayPass(TransportException error)
        => error.Fault.Code == ErrorCodes.SqsUnavailable && error.InnerException is not AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError, ErrorCode: not ("RequestThrottled" or "Throttling" or "ThrottlingException" or "OverLimit" or "RequestThrottledException") };

    private static bool IsLogin(AmazonServiceException error) => _login.Contains(error.ErrorCode ?? "");
}
