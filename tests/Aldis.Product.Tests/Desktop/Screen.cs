using System.Diagnostics;
using System.Globalization;

namespace Aldis.Product.Tests.Desktop;

/// <summary>
/// A display of its own that nobody sees. The server (Xvfb) keeps its picture in a file, so that a screenshot is a read; xdotool is the
/// hand on mouse and keyboard. There is no window manager: a window lies at the upper left, and keys go to the window under the pointer.
/// </summary>
internal sealed class Screen : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-screen-").FullName;
    private readonly Process _server;

    private Screen() => _server = Process.Start(new ProcessStartInfo("Xvfb",
        ["-displayfd", "1", "-screen", "0", "900x700x24", "-fbdir", _folder, "-noreset", "-nolisten", "tcp"])
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    /// <summary>As in the variable DISPLAY.</summary>
    public string Display { get; private set; } = "";

    /// <summary>What is to be seen now.</summary>
    public Picture Picture => Picture.Decode(File.ReadAllBytes(Path.Combine(_folder, "Xvfb_screen0")));

    /// <summary>Starts a display with a free number.</summary>
    public static async Task<Screen> StartAsync()
    {
        Programs.Need("Xvfb", "xdotool", "wish8.6");
        var screen = new Screen();
        screen.Display = ":" + await screen._server.StandardOutput.ReadLineAsync().WaitAsync(_limit);
        screen._server.ErrorDataReceived += (_, _) => { };
        screen._server.BeginErrorReadLine();
        return screen;
    }

    /// <summary>Starts a sample on this display.</summary>
    public Task<RunningSample> StartAsync(string sample) => RunningSample.StartAsync(sample, new() { ["DISPLAY"] = Display });

    /// <summary>Waits until there is a window with this title.</summary>
    public async Task<Window> FindAsync(string title)
    {
        var window = "";
        await UntilAsync(async () => (window = await SearchAsync(title)) != "", $"a window '{title}' to open");
        var lines = (await XdotoolAsync("getwindowgeometry", "--shell", window)).Split('\n');
        var shape = lines.Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => pair[^1]);
        return new Window(window, Number("X"), Number("Y"), Number("WIDTH"), Number("HEIGHT"));

        int Number(string name) => int.Parse(shape[name], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until there is no window with this title.</summary>
    public Task GoneAsync(string title) => UntilAsync(async () => await SearchAsync(title) == "", $"the window '{title}' to close");

    /// <summary>Waits until the picture is as it should be, and gives it.</summary>
    public async Task<Picture> SeeAsync(Func<Picture, bool> condition, string what)
    {
        var picture = Picture;
        await UntilAsync(() => Task.FromResult(condition(picture = Picture)), what);
        return picture;
    }

    /// <summary>Puts the pointer on a place in a window.</summary>
    public Task PointAsync(Window window, int x, int y) => XdotoolAsync("mousemove", Text(window.X + x), Text(window.Y + y));

    /// <summary>Puts the pointer on a place in a window and clicks there.</summary>
    public Task ClickAsync(Window window, int x, int y) => XdotoolAsync("mousemove", Text(window.X + x), Text(window.Y + y), "click", "1");

    /// <summary>Takes the pointer out of the picture.</summary>
    public Task PointAwayAsync() => XdotoolAsync("mousemove", "899", "699");

    /// <summary>Presses a key.</summary>
    public Task PressAsync(string key) => XdotoolAsync("key", key);

    /// <summary>Closes a window as the button in its frame does.</summary>
    public void Close(Window window) => WindowManager.Close(Display, window.Id);

    public void Dispose()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(started.Elapsed < _limit, $"waited in vain for {what}");
            await Task.Delay(50);
        }
    }

    private async Task<string> SearchAsync(string title) => await XdotoolAsync("search", "--onlyvisible", "--name", $"^{title}$");

    private async Task<string> XdotoolAsync(params string[] arguments)
    {
        using var tool = Process.Start(new ProcessStartInfo("xdotool", arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["DISPLAY"] = Display },
        })!;
        var (output, error) = (tool.StandardOutput.ReadToEndAsync(), tool.StandardError.ReadToEndAsync());
        await tool.WaitForExitAsync().WaitAsync(_limit);
        Assert.Equal("", await error);
        return (await output).Trim();
    }
}

/// <summary>A window on the screen, in pixels.</summary>
internal sealed record Window(string Id, int X, int Y, int Width, int Height);
