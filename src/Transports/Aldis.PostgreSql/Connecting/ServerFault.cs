using System.Security.Authentication;
using System.Text;
using Aldis.Errors;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>What an error of the client library means, in words.</summary>
internal static class ServerFault
{
    /// <summary>The error as one of this library.</summary>
    /// <param name="error">The error.</param>
    /// <param name="address">Where the server is.</param>
    /// <param name="wasSent">Whether the server may have got what it was asked.</param>
    public static AldisException Explain(Exception error, ServerAddress address, bool wasSent)
        => error as AldisException ?? new TransportException(Fault(error, address), wasSent && !IsCertain(error), error);

    /// <summary>Whether only the user can mend it.</summary>
    public static bool IsForUser(AldisException error) => error.Fault.Code == ErrorCodes.PostgreSqlRefused
        || error.Fault.Code == ErrorCodes.PostgreSqlNotInstalled || error.Fault.Code == ErrorCodes.PostgreSqlNewerSchema;

    /// <summary>Whether the same may be done again at once: the server has given way to somebody else and undone it.</summary>
    public static bool IsConflict(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Whether what was asked is the fault, and not the server or the way to it: something else may be done.</summary>
    public static bool ConcernsTheData(AldisException error)
        => error.InnerException is EncoderFallbackException or PostgresException { SqlState: ['2', '2', ..] or ['5', '4', ..] or ['2', '3', ..] };

    /// <summary>Whether the connection is lost, so that others from before are likely to be so, too.</summary>
    public static bool IsLost(Exception error) => error is PostgresException { SqlState: ['5', '7', 'P', ..] or ['0', '8', ..] } or (NpgsqlException and not PostgresException);

    /// <summary>The server says that it did not do it. When it ends while it does, it may have done it all the same.</summary>
    private static bool IsCertain(Exception error) => error switch
    {
        PostgresException { SqlState: ['5', '7', 'P', ..] or ['0', '8', ..] or ['X', 'X', ..] } => false,
        PostgresException or EncoderFallbackException => true,
        _ => false,
    };

    private static Fault Fault(Exception error, ServerAddress address)
    {
        for (var one = error; one is not null; one = one.InnerException)
        {
            switch (one)
            {
                case PostgresException refused:
                    return Fault(refused, address);
                case AuthenticationException:
                    return new Fault(ErrorCodes.PostgreSqlRefused, $"TLS with the server at {address} failed.", one.Message);
                case EncoderFallbackException:
                    return new Fault(ErrorCodes.PostgreSqlFailed, "A text cannot be written.", "It has half of a character that needs two places (a lone surrogate).");
                case ObjectDisposedException:
                    return new Fault(ErrorCodes.NotRunning, "The PostgreSQL transport is closed.");
                case NpgsqlException when one.Message.Contains("No SSL-enabled", StringComparison.Ordinal) || one.Message.Contains("No SSL enabled", StringComparison.Ordinal):
                    return new Fault(ErrorCodes.PostgreSqlRefused, $"The server at {address} takes no TLS.", one.Message, "Have it use TLS, or say sslmode=disable where the network is trusted.");
            }
        }

        return new Fault(ErrorCodes.PostgreSqlAway, $"The server at {address} cannot be reached, or does not answer.", error.GetBaseException().Message);
    }

    private static Fault Fault(PostgresException error, ServerAddress address)
    {
        var why = $"PostgreSQL says: {error.MessageText} ({error.SqlState}).";
        return error.SqlState switch
        {
            ['2', '8', ..] or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName
                => new Fault(ErrorCodes.PostgreSqlRefused, $"The server at {address} refuses access.", why),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName
                => new Fault(ErrorCodes.PostgreSqlNotInstalled, $"Something is missing in the database at {address}.", why),
            ['5', '7', 'P', ..] or ['0', '8', ..] or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.ReadOnlySqlTransaction
                => new Fault(ErrorCodes.PostgreSqlAway, $"The server at {address} does not work now.", why),
            _ => new Fault(ErrorCodes.PostgreSqlFailed, $"The server at {address} could not do it.", why),
        };
    }
}
