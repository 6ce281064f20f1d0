using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Diagnostics;

internal static class Stages
{
    public static ReceiverSpec Spec { get; } = new(TopicName.Parse("orders.placed"), GroupName.Parse("billing"), 16);

    public static Telemetry Telemetry(TimeProvider time) => new(new TelemetryIdentity("aldis", "tests"), new TelemetryOptions(), new EventLimits(), time);
}
