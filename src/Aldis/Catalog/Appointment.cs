using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>A timetable by its name, and what is published at its slots.</summary>
/// <param name="Name">Its name: the same in every process of the fleet.</param>
/// <param name="Timetable">When.</param>
/// <param name="Seal">Makes the event of a slot.</param>
/// <param name="Options">How it is kept.</param>
internal sealed record Appointment(string Name, ITimetable Timetable, Func<DateTimeOffset, EnvelopeFactory, Envelope> Seal, ScheduleOptions Options);
