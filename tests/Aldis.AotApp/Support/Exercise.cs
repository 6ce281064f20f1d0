namespace Aldis.AotApp;

/// <summary>Runs an exercise and prints a line about it.</summary>
internal static class Exercise
{
    public static async Task<bool> IsDoneAsync(string name, Func<Task> runAsync)
    {
        try
        {
            await runAsync();
            Console.WriteLine($"done    {name}");
            return true;
        }
        catch (Exception error)
        {
            Console.WriteLine($"failed  {name}: {error}");
            return false;
        }
    }
}
