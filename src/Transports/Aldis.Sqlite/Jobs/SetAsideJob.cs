namespace Aldis.Sqlite;

/// <summary>
/// Makes dead letters of events that a receiver claimed and that turned out not to be what was stored: nobody will be handed them, and those around them go on.
/// </summary>
internal sealed class SetAsideJob(GroupAddress address, RangeClaim claim, IReadOnlyList<DamagedEvent> damaged, TimeProvider time) : WriteJob
{
    private byte[]? _settled;

    public override bool ConcernsOthers => false;

    public override void Execute(Store store)
    {
        byte[] settled = [.. claim.Settled];
        foreach (var one in damaged)
        {
            SettledBits.Set(settled, one.Number - claim.First);
        }

        var isThrough = claim.IsThrough(settled);
        var isHeld = isThrough ? store.Claims.Delete(claim.Token) : store.Claims.Update(claim.Token, settled);
        _settled = isHeld ? settled : null;
        if (isHeld)
        {
            foreach (var one in damaged)
            {
                store.Deliveries.SetAside(address, one, time.GetUtcNow());
            }
        }

        if (isHeld && isThrough)
        {
            store.Events.DeleteBelow(address.TopicId, store.Groups.Floor(address.TopicId));
        }
    }

    protected override void Committed() => claim.Settled = _settled ?? claim.Settled;
}
