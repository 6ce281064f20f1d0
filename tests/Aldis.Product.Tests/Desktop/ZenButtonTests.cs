namespace Aldis.Product.Tests.Desktop;

/// <summary>The button that shows the aphorisms: what it prints, and what is to be seen.</summary>
public sealed class ZenButtonTests
{
    private const string Title = "Aldis Zen";
    private const string MessageTitle = "The Zen of Aldis";
    private const int Aphorisms = 19;

    [Fact]
    public async Task A_click_shows_nineteen_lines_and_closing_them_brings_the_earlier_picture_back()
    {
        using var screen = await Screen.StartAsync();
        using var sample = await screen.StartAsync("04-zen-button");
        var window = await screen.FindAsync(Title);
        await screen.PointAwayAsync();
        var before = await screen.SeeAsync(picture => picture.Dark(window) > 100, "the button to have its text");
        Assert.Equal((900, 700), (before.Width, before.Height));
        Assert.True(before.Colours(window) > 3, "the window is one flat colour");

        await screen.ClickAsync(window, window.Width / 2, window.Height / 2);
        var message = await screen.FindAsync(MessageTitle);
        await screen.PointAwayAsync();
        var open = await screen.SeeAsync(picture => picture.Lines(message) == Aphorisms + 1, "nineteen lines of text and a button");
        Assert.True(open.Dark(message) > 5_000, $"only {open.Dark(message)} dark pixels");
        Assert.False(open.Shows(before, window));
        Assert.Equal(Expected, await sample.ReadLinesAsync(Aphorisms));

        await screen.ClickAsync(message, message.Width / 2, message.Height - 35);
        await screen.GoneAsync(MessageTitle);
        await screen.PointAwayAsync();
        await screen.SeeAsync(picture => picture.Shows(before, message), "the earlier picture");

        screen.Close(window);
        Assert.Equal((0, "", ""), await sample.EndAsync());
    }

    [Fact]
    public async Task Every_way_to_close_a_window_works_and_the_button_works_again()
    {
        using var screen = await Screen.StartAsync();
        using var sample = await screen.StartAsync("04-zen-button");
        var window = await screen.FindAsync(Title);
        await screen.PointAsync(window, 1, 1);

        await screen.PressAsync("space");
        screen.Close(await screen.FindAsync(MessageTitle));
        await screen.GoneAsync(MessageTitle);

        await screen.PressAsync("Return");
        await screen.FindAsync(MessageTitle);
        await screen.PressAsync("Escape");
        await screen.GoneAsync(MessageTitle);

        await screen.PressAsync("Return");
        await screen.FindAsync(MessageTitle);
        await screen.PressAsync("Return");
        await screen.GoneAsync(MessageTitle);

        await screen.PressAsync("Escape");
        var (exit, output, error) = await sample.EndAsync();
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal([.. Expected, .. Expected, .. Expected], output.Trim().Split('\n'));
    }

    [Fact]
    public async Task The_main_window_closes_while_the_aphorisms_are_open()
    {
        using var screen = await Screen.StartAsync();
        using var sample = await screen.StartAsync("04-zen-button");
        var window = await screen.FindAsync(Title);
        await screen.ClickAsync(window, window.Width / 2, window.Height / 2);
        await screen.FindAsync(MessageTitle);
        screen.Close(window);
        Assert.Equal((0, string.Join('\n', Expected) + "\n", ""), await sample.EndAsync());
    }

    private static string[] Expected => Repository.Read("samples", "expected", "04-zen-button.txt").Trim().Split('\n');
}
