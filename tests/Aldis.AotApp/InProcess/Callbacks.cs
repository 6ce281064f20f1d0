namespace Aldis.AotApp.InProcess;

/// <summary>One emitter, one handler.</summary>
internal static class Callbacks
{
    public static async Task RunAsync()
    {
        var lines = new List<string>();
        var clicked = new Callback<Click>(() => lines.Add("clicked"));
        clicked.Invoke(new Click(1, 2));
        Check.True(clicked.Bind(click => lines.Add($"{click.X}, {click.Y}")) is not null);
        clicked.Invoke(new Click(3, 4));
        clicked.Bind(async (click, cancel) =>
        {
            await Task.Yield();
            lines.Add($"later {click}");
        });
        await clicked.InvokeAsync(new Click(5, 6));
        clicked.Unbind();
        clicked.Invoke(new Click(7, 8));
        Check.Lines(lines, "clicked", "3, 4", "later Click { X = 5, Y = 6 }");
    }
}

internal readonly record struct Click(int X, int Y);
