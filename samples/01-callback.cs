#:project ../src/Aldis
#:property AllowUnsafeBlocks=true

// Rung 1, the callback: the one who makes a button says what a click does. Needs a display and Tcl/Tk 8.6 (Debian: apt install tk8.6).
//   dotnet run samples/01-callback.cs

using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Aldis;

try
{
    var tk = new Tk();
    _ = new Greeter(tk);
    tk.Loop();
    return 0;
}
catch (NoWindowException none)
{
    Console.Error.WriteLine(none.Message);
    return 1;
}

/// <summary>A click, or the key for it: on what, where the pointer was in it (pixels), and when (by the clock of the display).</summary>
readonly record struct Click(string Widget, int X, int Y, TimeSpan Time)
{
    public static Click Parse(string widget, string[] words)
    {
        var numbers = Array.ConvertAll(words, word => long.Parse(word, CultureInfo.InvariantCulture));
        return new Click(widget, (int)numbers[0], (int)numbers[1], TimeSpan.FromMilliseconds(numbers[2]));
    }
}

/// <summary>A window with a label and a button, and what their clicks do.</summary>
sealed class Greeter
{
    private readonly Tk _tk;
    private readonly Widget _label;
    private readonly Widget _button;

    public Greeter(Tk tk)
    {
        _tk = tk;
        tk.Run("wm title . {A callback}; wm resizable . 0 0; bind . <Escape> {destroy .}");
        _label = new Widget(tk, "label", "-textvariable said -width 56", new Callback<Click>());    // no handler: a click does nothing
        _button = new Widget(tk, "button", "-text Greet", new Callback<Click>(ShowGreeting));       // a handler may take nothing …
        Say($"A click on the button is handled: {_button.Clicked.IsBound}; on this text: {_label.Clicked.IsBound}.");
    }

    private void ShowGreeting()
    {
        Say("Hello! This handler takes nothing.");
        var before = _button.Clicked.Bind(ShowClick);       // … or the event. Binding again replaces: ShowGreeting is not called any more
        _label.Clicked.Bind(ShowClick);                     // one handler may serve many
        Console.WriteLine($"The button had {before?.Method.Name}; now the button and the text have ShowClick.");
    }

    private void ShowClick(Click click)
        => Say($"ShowClick: the {click.Widget}, at {click.X},{click.Y}, after {click.Time.TotalMilliseconds} ms.");

    private void Say(string text)
    {
        _tk.Set("said", text);
        Console.WriteLine(text);
    }
}

/// <summary>Part of the window. It knows what a click is, and not what it does.</summary>
sealed class Widget
{
    public Widget(Tk tk, string kind, string options, Callback<Click> clicked)
    {
        Clicked = clicked;
        tk.On($"clicked.{kind}", words => clicked.Invoke(Click.Parse(kind, words)));
        tk.Set("kind", kind);
        tk.Set("options", options);
        tk.Run("""
            pack [ttk::$kind .$kind {*}$options] -padx 24 -pady 16
            bind .$kind <ButtonRelease-1> {if {[winfo containing %X %Y] eq {%W}} {clicked%W %x %y %t}}
            bind .$kind <space> {clicked%W %x %y %t}
            bind .$kind <Return> {clicked%W %x %y %t}
            focus .$kind
            """);
    }

    public Callback<Click> Clicked { get; }
}

/// <summary>Tcl/Tk 8.6 through its C API: just what this program needs of it, for one thread.</summary>
sealed partial class Tk
{
    private readonly nint _interpreter;
    private readonly List<Command> _commands = [];      // Tcl knows their addresses only: nothing else keeps them from being collected
    private ExceptionDispatchInfo? _error;

    public Tk()
    {
        NativeLibrary.SetDllImportResolver(typeof(Tk).Assembly, (library, _, _) => Load(library));
        Tcl_FindExecutable(null);
        _interpreter = Tcl_CreateInterp();
        if (Tcl_Init(_interpreter) != 0)
        {
            throw NoWindowException.NoLibrary(Result);
        }

        if (Tk_Init(_interpreter) != 0)
        {
            throw NoWindowException.NoDisplay(Result);
        }
    }

    private string Result => Marshal.PtrToStringUTF8(Tcl_GetStringResult(_interpreter)) ?? "";

    /// <summary>Sets a variable: text that a script reads from one is never taken for Tcl.</summary>
    public void Set(string variable, string text) => Tcl_SetVar(_interpreter, variable, text, 0);

    public void Run(string script)
    {
        if (Tcl_EvalEx(_interpreter, script, -1, 0) != 0)
        {
            throw new InvalidOperationException(Result);
        }
    }

    /// <summary>Makes a Tcl command that calls a handler with the words after its name.</summary>
    public void On(string name, Action<string[]> handler)
    {
        Command command = (_, _, count, words) => Guard(() => handler(Words(count, words)));
        _commands.Add(command);
        Tcl_CreateCommand(_interpreter, name, command, 0, 0);
    }

    /// <summary>Handles what the user does, until the last window is closed.</summary>
    public void Loop()
    {
        while (Tk_GetNumMainWindows() > 0)
        {
            Tcl_DoOneEvent(0);
            _error?.Throw();
        }
    }

    /// <summary>An exception must not cross Tcl, which is C: it is kept here, and the loop throws it.</summary>
    private int Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            _error = ExceptionDispatchInfo.Capture(error);
        }

        return 0;
    }

    private static string[] Words(int count, nint words)
        => [.. Enumerable.Range(1, count - 1).Select(index => Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(words, index * nint.Size)) ?? "")];

    private static nint Load(string library)
    {
        foreach (var file in Files(library))
        {
            if (NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        throw NoWindowException.NoLibrary($"none of {string.Join(", ", Files(library))} can be loaded");
    }

    private static string[] Files(string library)
    {
        const string brew = "opt/tcl-tk@8/lib";         // below /opt/homebrew on ARM, below /usr/local on Intel
        return OperatingSystem.IsWindows() ? [$"{library}86t.dll", $"{library}86.dll"]
            : OperatingSystem.IsMacOS() ? [$"/opt/homebrew/{brew}/lib{library}8.6.dylib", $"/usr/local/{brew}/lib{library}8.6.dylib"]
            : [$"lib{library}8.6.so.0", $"lib{library}8.6.so"];
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Command(nint data, nint interpreter, int count, nint words);

    [LibraryImport("tcl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void Tcl_FindExecutable(string? program);

    [LibraryImport("tcl")]
    private static partial nint Tcl_CreateInterp();

    [LibraryImport("tcl")]
    private static partial int Tcl_Init(nint interpreter);

    [LibraryImport("tcl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Tcl_EvalEx(nint interpreter, string script, int length, int flags);

    [LibraryImport("tcl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Tcl_SetVar(nint interpreter, string variable, string text, int flags);

    [LibraryImport("tcl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Tcl_CreateCommand(nint interpreter, string name, Command command, nint data, nint deleted);

    [LibraryImport("tcl")]
    private static partial nint Tcl_GetStringResult(nint interpreter);

    [LibraryImport("tcl")]
    private static partial int Tcl_DoOneEvent(int flags);

    [LibraryImport("tk")]
    private static partial int Tk_Init(nint interpreter);

    [LibraryImport("tk")]
    private static partial int Tk_GetNumMainWindows();
}

/// <summary>There can be no window here; the message says what to install.</summary>
sealed class NoWindowException(string message) : Exception(message)
{
    public static NoWindowException NoLibrary(string reason) => new($"""
        This program opens a window with Tcl/Tk 8.6, which is not here ({reason}).
        Install it and start the program again:
          Debian, Ubuntu   sudo apt install tk8.6
          Fedora           sudo dnf install tk8      (before Fedora 42: tk)
          macOS            brew install tcl-tk@8
          Windows          any Tcl/Tk 8.6; the folder with tcl86t.dll and tk86t.dll must be in PATH
        """);

    public static NoWindowException NoDisplay(string reason) => new($"""
        This program opens a window, and there is no display for it ({reason}).
        Start it in a desktop session, over "ssh -X", or on a display that nobody sees:
          Debian, Ubuntu   sudo apt install xvfb xauth; xvfb-run dotnet run samples/01-callback.cs
          Fedora           sudo dnf install xorg-x11-server-Xvfb; xvfb-run dotnet run samples/01-callback.cs
        """);
}
