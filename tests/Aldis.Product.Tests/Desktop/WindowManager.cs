using System.Globalization;
using System.Runtime.InteropServices;

namespace Aldis.Product.Tests.Desktop;

/// <summary>What a test needs of a window manager: the message that the close button of a frame sends (ICCCM 4.2.8.1).</summary>
internal static partial class WindowManager
{
    private const int ClientMessage = 33;

    public static void Close(string display, string window)
    {
        var connection = XOpenDisplay(display);
        Assert.NotEqual(0, connection);
        var target = nint.Parse(window, CultureInfo.InvariantCulture);
        var message = new Message
        {
            Type = ClientMessage, Window = target, Format = 32,
            Kind = XInternAtom(connection, "WM_PROTOCOLS", 0), Protocol = XInternAtom(connection, "WM_DELETE_WINDOW", 0),
        };
        Assert.NotEqual(0, XSendEvent(connection, target, 0, 0, ref message));
        _ = XCloseDisplay(connection);
    }

    /// <summary>XClientMessageEvent, padded to the size of XEvent.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 192)]
    private struct Message
    {
        public int Type;
        public nuint Serial;
        public int Sent;
        public nint Display;
        public nint Window;
        public nint Kind;
        public int Format;
        public nint Protocol;
        public nint Time;
    }

    [LibraryImport("libX11.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint XOpenDisplay(string name);

    [LibraryImport("libX11.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint XInternAtom(nint display, string name, int onlyIfExists);

    [LibraryImport("libX11.so.6")]
    private static partial int XSendEvent(nint display, nint window, int propagate, nint mask, ref Message message);

    [LibraryImport("libX11.so.6")]
    private static partial int XCloseDisplay(nint display);
}
