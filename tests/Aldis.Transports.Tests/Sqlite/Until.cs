namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Waits for a condition that nothing announces.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.True(step < 1000, "waited in vain");
            await Task.Delay(20);
        }
    }
}
