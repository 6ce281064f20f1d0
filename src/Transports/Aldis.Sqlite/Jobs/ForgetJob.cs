namespace Aldis.Sqlite;

/// <summary>Forgets a private group when its receiver is disposed.</summary>
internal sealed class ForgetJob(GroupAddress address) : WriteJob
{
    public override void Execute(Store store) => Oblivion.Forget(store, address.TopicId, address.GroupId);
}
