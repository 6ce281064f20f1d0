using Aldis.Errors;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>What an error on the way from the database to the bus means.</summary>
internal static class RelayFault
{
    private const string NoTable = "42P01";
    private const string NoSchema = "3F000";
    private const string NoFunction = "42883";
    private const string NoObject = "42704";

    /// <summary>Errors of the event itself, which comes again and again.</summary>
    private static readonly ErrorCode[] _ofTheEvent = [ErrorCodes.BodyTooLarge, ErrorCodes.HeadersTooLarge, ErrorCodes.InvalidKey, ErrorCodes.Unencodable];

    /// <summary>Whether it is the change that cannot be published, and not the bus that cannot publish.</summary>
    public static bool IsOfTheEvent(Exception error) => error is AldisException and not PublishException && _ofTheEvent.Contains(((AldisException)error).Fault.Code);

    public static Fault Of(Exception error) => error switch
    {
        AldisException known => known.Fault,
        PostgresException { SqlState: NoTable or NoSchema or NoFunction or NoObject } missing => NotApplied(missing.MessageText),
        _ => new Fault(ErrorCodes.RowsUnavailable, "The changes of rows cannot be read.", error.Message),
    };

    public static Fault NotApplied(string why) => new(ErrorCodes.RowsNotApplied, "What row triggers need is not in the database.", why);

    /// <summary>The server decodes what is written to partitions, under their names and with the replica identity of each.</summary>
    public static Fault Partitioned(string what)
        => new(ErrorCodes.InvalidOption, what, "Its partitions have a replica identity each, and so does every one that is made later.", "Leave the table to its triggers: RowSource.Triggers.");
}
