namespace Aldis;

/// <summary>What was saved of a damaged file.</summary>
/// <param name="Topics">Topics, with those whose name was lost: they are called <c>salvaged-</c> and their number.</param>
/// <param name="Groups">Groups that are not private.</param>
/// <param name="Events">Events that some group has not been handed yet.</param>
/// <param name="Deliveries">Events that one group has still to handle, or has given up.</param>
/// <param name="Scheduled">Events that are to be published later.</param>
/// <param name="Unreadable">How many times the reading came to a place that could not be read. What is intact behind it was saved all the same.</param>
/// <param name="MissingEvents">Events that were not there although some group had still to be handed them.</param>
public sealed record SqliteSalvage(long Topics, long Groups, long Events, long Deliveries, long Scheduled, long Unreadable, long MissingEvents);
