namespace Aldis.AotApp.InProcess;

/// <summary>A signal whose receivers answer.</summary>
internal static class Questions
{
    public static async Task RunAsync()
    {
        var asking = new Signal<Parcel, decimal>();
        using var post = asking.Connect(parcel => 4.90m * parcel.Count);
        using var courier = asking.Connect(async parcel =>
        {
            await Task.Yield();
            return parcel.Count > 1 ? 8m : 12m;
        });
        var answers = await asking.SendAsync(new Parcel(2));
        Check.Equal(8m, answers.Values.Min());
        Check.Equal(17.80m, answers.Values.Sum());
    }
}

internal readonly record struct Parcel(int Count);
