namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/guides/row-triggers.md that is not in its sample.</summary>
internal static class RowTriggerSnippets
{
    public static async Task ScriptAsync(RowTable<User> users, string database)
    {
        Console.WriteLine(users.Describe());
        await users.ApplyAsync(database);
        await users.RemoveAsync(database);
    }

    public static void InPlace(EventBusBuilder bus)
    {
        bus.UsePostgreSql("postgres://app:secret@db/shop").Rows<User>("users").BeforeUpdate(CheckUser).AfterUpdate(LogUserUpdate);
    }

    public static void Replicated(RowTable<User> users)
    {
        users.From(RowSource.LogicalReplication);
    }

    private static Veto? CheckUser(RowUpdate<User> update) => update.New.Name.Length == 0 ? new Veto("a name is needed") : null;

    private static ValueTask LogUserUpdate(RowUpdate<User> update, EventContext context) => ValueTask.CompletedTask;

    internal sealed record User(int Id, string Name);
}
