using Aldis.Events;
using Aldis.Pipeline;

namespace Aldis.Dispatch;

/// <summary>What a pump works on: a topic for a group, with a handler, so many at a time.</summary>
internal sealed record PumpSpec(TopicName Topic, GroupName Group, Handler Handler, int Concurrency, int MaxUnsettled, ISealer Sealer, IServiceProvider Services);
