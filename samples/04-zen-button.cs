#:project ../src/Aldis
#:property AllowUnsafeBlocks=true

// A window with one button; a click shows nineteen aphorisms on events. Needs a display and Tcl/Tk 8.6 (Debian: apt install tk8.6).
//   dotnet run samples/04-zen-button.cs

using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Aldis;

try
{
    var tk = new Tk();
    _ = new Button(tk, "Aldis Zen", new Callback<ButtonPressed>(ShowZen));
    tk.Loop();
    return 0;

    void ShowZen()
    {
        var zen = Zen.Decode();
        Console.WriteLine(zen);
        Message.Show(tk, "The Zen of Aldis", zen);
    }
}
catch (NoWindowException none)
{
    Console.Error.WriteLine(none.Message);
    return 1;
}

/// <summary>The button was pressed, with the mouse or the keyboard.</summary>
readonly record struct ButtonPressed(string Button);

/// <summary>The main window, which is one button. What a press does is up to whoever made it.</summary>
sealed class Button
{
    public Button(Tk tk, string text, Callback<ButtonPressed> pressed)
    {
        tk.On("pressed", _ => pressed.Invoke(new ButtonPressed(text)));
        tk.Set("text", text);
        tk.Run("""
            if {[tk windowingsystem] eq "x11"} {ttk::style theme use clam}
            wm title . $text
            wm resizable . 0 0
            bind . <Escape> {destroy .}
            pack [ttk::frame .frame -padding 40]
            pack [ttk::button .frame.button -text $text -padding 12 -command pressed]
            bind .frame.button <Return> {%W invoke}
            focus .frame.button
            """);
    }
}

/// <summary>A window with a text and an OK button. There is at most one: showing it again brings it to the front.</summary>
static class Message
{
    public static void Show(Tk tk, string title, string text)
    {
        tk.Set("title", title);
        tk.Set("text", text);
        tk.Run("""
            if {![winfo exists .message]} {
                toplevel .message
                wm transient .message .
                wm resizable .message 0 0
                pack [ttk::frame .message.frame -padding 20] -fill both
                pack [text .message.frame.text -width 56 -height [llength [split $text \n]] -font TkTextFont -spacing1 3 -spacing3 3]
                .message.frame.text configure -relief flat -highlightthickness 0 -background [ttk::style lookup . -background]
                .message.frame.text insert 1.0 $text
                .message.frame.text configure -state disabled
                pack [ttk::button .message.frame.ok -text OK -command {destroy .message}] -pady {16 0}
                bind .message.frame.ok <Return> {%W invoke}
                bind .message <Escape> {destroy .message}
                bind .message.frame <Destroy> {focus .frame.button}
            }
            wm title .message $title
            wm deiconify .message
            raise .message
            focus .message.frame.ok
            """);
    }
}

/// <summary>The aphorisms, in ROT13 so that nobody reads them before the button is pressed.</summary>
static class Zen
{
    private const string Hidden = """
        Fnl jung unccrarq; yrg bguref qrpvqr jung vg zrnaf.
        N tbbq rirag vf anzrq va gur cnfg grafr, naq arire punatrf.
        Jub nfxf zhfg jnvg; jub gryyf znl tb.
        Gur fraqre arrq abg xabj jub yvfgraf, be jurgure nalbar qbrf.
        Gur fvzcyrfg ehat gung ernpurf vf gur evtug bar.
        Bar unaqyre, bar pbaprea.
        Pneel gur snpgf gung n fgenatre jbhyq arrq.
        Flapuebabhf vf fvzcyr; nflapuebabhf vf arire serr.
        Beqre vf n cebzvfr: znxr srj, naq xrrc gurz.
        Jung znl neevir gjvpr zhfg qb ab unez gur frpbaq gvzr.
        Rknpgyl bapr vf abg n qryvirel; vg vf n xrl va n gnoyr.
        Npxabjyrqtr jura gur jbex vf qbar, abg jura vg ortvaf.
        N ergel jvgubhg cngvrapr vf na nggnpx.
        Fbzr yrggref ner qrnq: xrrc gurz jurer gurl pna or sbhaq.
        N dhrhr jvgubhg n obhaq vf n snvyher jvgubhg n qngr.
        N pybpx vf na bcvavba; gjb pybpxf ner na nethzrag.
        Fvyrapr vf abg fhpprff: pbhag jung jrag va naq jung pnzr bhg.
        Fgbc tragyl: svavfu jung lbh ubyq, unaq onpx gur erfg.
        Gur cevpr bs abg xabjvat rnpu bgure vf jevgvat guvatf qbja.
        """;

    public static string Decode() => string.Concat(Hidden.Select(Turn));

    private static char Turn(char letter) => letter switch
    {
        >= 'a' and <= 'z' => (char)('a' + (letter - 'a' + 13) % 26),
        >= 'A' and <= 'Z' => (char)('A' + (letter - 'A' + 13) % 26),
        _ => letter,
    };
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
          Debian, Ubuntu   sudo apt install xvfb xauth; xvfb-run dotnet run samples/04-zen-button.cs
          Fedora           sudo dnf install xorg-x11-server-Xvfb; xvfb-run dotnet run samples/04-zen-button.cs
        """);
}
