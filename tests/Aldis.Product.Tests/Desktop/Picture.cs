using System.Buffers.Binary;

namespace Aldis.Product.Tests.Desktop;

/// <summary>A screenshot in the format of the X server (XWD version 7, 24 bits of colour in 32).</summary>
internal sealed class Picture
{
    private readonly byte[] _file;
    private readonly int _pixels;
    private readonly int _stride;

    private Picture(byte[] file)
    {
        _file = file;
        Assert.Equal((7, 2, 32), (Header(1), Header(2), Header(11)));
        _pixels = Header(0) + Header(19) * 12;      // the header with the window's name, and the colour map
        _stride = Header(12);
    }

    public int Width => Header(4);

    public int Height => Header(5);

    public static Picture Decode(byte[] file) => new(file);

    /// <summary>How many pixels of a window are as dark as text.</summary>
    public int Dark(Window window) => Rows(window).Sum(row => row.Count(Text));

    /// <summary>How many colours a window has.</summary>
    public int Colours(Window window) => Rows(window).SelectMany(row => row).Distinct().Count();

    /// <summary>How many lines of text a window has: bands of rows with dark pixels, with rows without any between them.</summary>
    public int Lines(Window window)
    {
        var rows = Rows(window).Select(row => row.Any(Text)).ToList();
        return rows.Where((dark, index) => dark && (index == 0 || !rows[index - 1])).Count();
    }

    /// <summary>Whether both show the same where a window is.</summary>
    public bool Shows(Picture other, Window window)
        => Rows(window).Zip(other.Rows(window), (mine, theirs) => mine.AsSpan().SequenceEqual(theirs)).All(same => same);

    private IEnumerable<int[]> Rows(Window window) => Enumerable.Range(window.Y, window.Height)
        .Select(y => Enumerable.Range(window.X, window.Width).Select(x => Pixel(x, y)).ToArray());

    private int Pixel(int x, int y) => BinaryPrimitives.ReadInt32LittleEndian(_file.AsSpan(_pixels + y * _stride + x * 4)) & 0xFFFFFF;

    private int Header(int field) => BinaryPrimitives.ReadInt32BigEndian(_file.AsSpan(field * 4));

    private static bool Text(int pixel) => (pixel >> 16) + (pixel >> 8 & 0xFF) + (pixel & 0xFF) < 3 * 0x50;
}
