using System.Text.RegularExpressions;

namespace Aldis.Product.Tests.Desktop;

/// <summary>The first rung in a real window, with a real mouse and keyboard.</summary>
public sealed partial class CallbackSampleTests
{
    private const string Title = "A callback";

    [Fact]
    public async Task A_click_calls_the_handler_that_is_bound_and_no_other()
    {
        using var screen = await Screen.StartAsync();
        using var sample = await screen.StartAsync("01-callback");
        var lines = new List<string>(await sample.ReadLinesAsync(1));
        var window = await screen.FindAsync(Title);
        var (middle, label, button) = (window.Width / 2, window.Height / 5, window.Height * 3 / 4);

        await screen.ClickAsync(window, middle, label);             // nothing is bound: nothing is printed
        await screen.ClickAsync(window, middle, button);
        lines.AddRange(await sample.ReadLinesAsync(2));
        await screen.ClickAsync(window, middle, button);
        lines.AddRange(await sample.ReadLinesAsync(1));
        await screen.ClickAsync(window, middle, label);
        lines.AddRange(await sample.ReadLinesAsync(1));
        screen.Close(window);

        Assert.Equal((0, "", ""), await sample.EndAsync());
        Assert.Equal(Repository.Read("samples", "expected", "01-callback.txt").Trim(), Mask(string.Join('\n', lines)));
    }

    [Fact]
    public async Task The_event_has_the_place_and_the_time_of_the_click()
    {
        using var screen = await Screen.StartAsync();
        using var sample = await screen.StartAsync("01-callback");
        await sample.ReadLinesAsync(1);
        var window = await screen.FindAsync(Title);
        var (middle, button) = (window.Width / 2, window.Height * 3 / 4);
        await screen.ClickAsync(window, middle, button);
        await sample.ReadLinesAsync(2);

        await screen.ClickAsync(window, middle, button);
        var first = Read((await sample.ReadLineAsync())!);
        await screen.ClickAsync(window, middle + 7, button - 3);
        var second = Read((await sample.ReadLineAsync())!);

        Assert.Equal((7, -3), (second.X - first.X, second.Y - first.Y));
        Assert.InRange(second.Time - first.Time, 1, 30_000);
    }

    [Fact]
    public async Task The_keyboard_presses_the_button_and_escape_closes_the_window()
    {
        using var screen = await Screen.StartAsync();
        using var sample = await screen.StartAsync("01-callback");
        await sample.ReadLinesAsync(1);
        var window = await screen.FindAsync(Title);
        await screen.PointAsync(window, 1, 1);
        await screen.PressAsync("space");
        await sample.ReadLinesAsync(2);
        await screen.PressAsync("Return");
        Assert.StartsWith("ShowClick: the button, ", await sample.ReadLineAsync(), StringComparison.Ordinal);
        await screen.PressAsync("Escape");
        Assert.Equal((0, "", ""), await sample.EndAsync());
    }

    private static string Mask(string text) => Place().Replace(text, "at X,Y, after N ms");

    private static (int X, int Y, long Time) Read(string line)
    {
        var match = Place().Match(line);
        Assert.True(match.Success, line);
        return (int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan), long.Parse(match.Groups[3].ValueSpan));
    }

    [GeneratedRegex("at ([0-9]+),([0-9]+), after ([0-9]+) ms")]
    private static partial Regex Place();
}
