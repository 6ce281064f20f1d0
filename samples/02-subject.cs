#:project ../src/Aldis
#:property PublishAot=false
#:property TieredPGO=false
#:property ConcurrentGarbageCollection=false

// The observer pattern: a search through files tells what happens, and each observer subscribes, at the source, to what it wants.
//   dotnet run samples/02-subject.cs -- --observers presenter,auditor 'src/**/*.cs' 'class \w+'

using System.Buffers;
using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using Aldis;
using Microsoft.Win32.SafeHandles;

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

try
{
    AppContext.SetSwitch("System.IO.DisableFileLocking", true);     // who only reads locks nothing
    var arguments = Arguments.Parse(args);
    var grepper = new Grepper(new Glob(arguments.Glob), new Pattern(arguments.Pattern, arguments.Limit));
    using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16) { AutoFlush = !Console.IsOutputRedirected };
    if (arguments.Presents)
    {
        new Presenter(output).Observe(grepper.Files);
    }

    if (arguments.Audits)
    {
        new Auditor(output).Observe(grepper.Files);
    }

    new Warner(Console.Error).Observe(grepper.Files);
    var found = false;
    grepper.Files.Subscribe<Matched>(_ => found = true);
    grepper.Run();
    return found ? 0 : 1;
}
catch (ArgumentException wrong)     // a bad regular expression is one as well, and names the place
{
    Console.Error.WriteLine(wrong.Message);
    return 1;
}

/// <summary>What happens to a file. Each event has a type of its own, so that an observer can ask for it.</summary>
public abstract record FileEvent(string Path);
public sealed record Opened(string Path) : FileEvent(Path);
public sealed record Matched(string Path) : FileEvent(Path);

/// <summary>The pattern took too long on this file.</summary>
public sealed record TimedOut(string Path) : FileEvent(Path);

/// <summary>The file was not searched: it has no text, or it could not be read, which is a fault.</summary>
public sealed record Skipped(string Path, string Reason, bool IsFault = false) : FileEvent(Path);
public sealed record Closed(string Path) : FileEvent(Path);

/// <summary>Prints the files that match. It is called for nothing else, for it subscribes to nothing else.</summary>
public sealed class Presenter(TextWriter output)
{
    public void Observe(Subject<FileEvent> files) => _ = files.Subscribe<Matched>(file => output.WriteLine($"Found in: {file.Path}"));
}

/// <summary>Prints every event.</summary>
public sealed class Auditor(TextWriter output)
{
    public void Observe(Subject<FileEvent> files)
        => _ = files.Subscribe(file => output.WriteLine($"{file.GetType().Name.ToLowerInvariant(),-8}: {file.Path}{Reason(file)}"));

    private static string Reason(FileEvent file) => file is Skipped skipped ? $" ({skipped.Reason})" : "";
}

/// <summary>Says which files should have been searched and were not.</summary>
public sealed class Warner(TextWriter output)
{
    public void Observe(Subject<FileEvent> files)
    {
        _ = files.Subscribe<Skipped>(file => output.WriteLine($"{file.Path}: {file.Reason}"), when: file => file.IsFault);
        _ = files.Subscribe<TimedOut>(file => output.WriteLine($"{file.Path}: the pattern takes too long"));
    }
}

/// <summary>The subject. It searches ahead on all cores and tells on one thread, in the order of the paths.</summary>
public sealed class Grepper(Glob glob, Pattern pattern)
{
    private static readonly string _here = Environment.CurrentDirectory;        // asked for once, not for each file

    public Subject<FileEvent> Files { get; } = new();

    public void Run()
    {
        var batches = new Queue<Task<FileEvent[][]>>();
        foreach (var paths in glob.Find().Chunk(32))
        {
            batches.Enqueue(Task.Run(() => Array.ConvertAll(paths, Search)));
            if (batches.Count > 4 * Environment.ProcessorCount)
            {
                Tell(batches.Dequeue().Result);
            }
        }

        while (batches.TryDequeue(out var batch))
        {
            Tell(batch.Result);
        }

        Files.Complete();
    }

    private void Tell(FileEvent[][] batch)
    {
        foreach (var @event in batch.SelectMany(events => events))
        {
            Files.Notify(@event);
        }
    }

    private FileEvent[] Search(string path)
    {
        try
        {
            var file = new FileInfo(Path.Combine(_here, path));
            if (Obstacle(file) is { } obstacle)
            {
                return [new Skipped(path, obstacle)];
            }

            using var text = new TextBlocks(file.FullName, pattern);
            return Read(path, text) is { } result ? [new Opened(path), result, new Closed(path)] : [new Opened(path), new Closed(path)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [new Skipped(path, error.Message, IsFault: true)];
        }
    }

    private FileEvent? Read(string path, TextBlocks text)
    {
        try
        {
            var spent = new Stopwatch();
            while (text.TryRead(out var lines))
            {
                if (pattern.IsMatch(lines, spent))
                {
                    return new Matched(path);
                }
            }

            return text.IsBinary ? new Skipped(path, "binary") : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return new TimedOut(path);
        }
    }

    /// <summary>What it is, if it is something that must not even be opened.</summary>
    private static string? Obstacle(FileInfo file)
    {
        if (!file.Exists)
        {
            return file.LinkTarget is null ? null : "a link to a folder";
        }

        if (file.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        }

        return file.Length > 0 || IsRegular(file) ? null : "a pipe, a socket or a device";
    }

    /// <summary>Opening a pipe waits for somebody who writes to it. In .NET only the archiver tells it from an empty file before.</summary>
    private static bool IsRegular(FileInfo file)
    {
        using var archive = new MemoryStream();
        using var writer = new TarWriter(archive, TarEntryFormat.Gnu);
        try
        {
            writer.WriteEntry(file.FullName, file.Name);
        }
        catch (IOException)
        {
            return false;       // a socket, which no archive takes
        }

        archive.Position = 0;
        return new TarReader(archive).GetNextEntry()!.EntryType is TarEntryType.RegularFile;
    }
}

/// <summary>Reads a file as UTF-8, in blocks of whole lines, without those in which the pattern cannot match.</summary>
public sealed class TextBlocks(string path, Pattern pattern) : IDisposable
{
    private const int BlockSize = 1 << 17, LongestLine = 1 << 28;       // bytes
    private readonly SafeFileHandle _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BlockSize);
    private char[] _chars = ArrayPool<char>.Shared.Rent(BlockSize);
    private int _held, _told;       // the bytes in the buffer, and how many of them were told
    private long _offset;           // in the file

    /// <summary>Whether the first block has a zero, as no text has.</summary>
    public bool IsBinary { get; private set; }

    /// <summary>Gives the next lines, which last until the next call. False at the end.</summary>
    public bool TryRead(out ReadOnlySpan<char> lines)
    {
        lines = default;
        while (!IsBinary && Fill() is var read && _held > 0)
        {
            var block = _bytes.AsSpan(0, _held);
            _told = read == 0 ? _held : block.LastIndexOf((byte)'\n') + 1;
            IsBinary = _offset == read && block.Contains((byte)0);
            if (_told > 0 && !IsBinary && pattern.MayMatch(block[.._told]))
            {
                lines = _chars.AsSpan(0, Encoding.UTF8.GetChars(block[.._told], _chars)).TrimStart('\uFEFF');
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<char>.Shared.Return(_chars);
    }

    /// <summary>Reads on behind the line that was begun, and gives how many bytes.</summary>
    private int Fill()
    {
        _bytes.AsSpan(_told.._held).CopyTo(_bytes);
        _held -= _told;
        if (_held == _bytes.Length)
        {
            var size = _held < LongestLine ? 2 * _held : throw new IOException($"a line is longer than {LongestLine >> 20} MB");
            Array.Resize(ref _bytes, size);
            Array.Resize(ref _chars, size);
        }

        var read = RandomAccess.Read(_file, _bytes.AsSpan(_held), _offset);
        (_held, _offset, _told) = (_held + read, _offset + read, 0);
        return read;
    }
}

/// <summary>A regular expression that is tried on each line by itself, and finds quickly which lines are worth it.</summary>
public sealed class Pattern(string pattern, TimeSpan limit)
{
    private readonly Regex _regex = new(pattern, RegexOptions.Multiline | RegexOptions.Compiled | RegexOptions.CultureInvariant, limit);
    private readonly string? _literal = LiteralOf(pattern);
    private readonly byte[] _literalBytes = Encoding.UTF8.GetBytes(LiteralOf(pattern) ?? "");

    // Lookarounds, atomic groups, conditions, (?-m), \A, \Z, \z, \G and $ may reject in a text what they accept on a line of it.
    private readonly bool _triesEveryLine = Regex.IsMatch(pattern, @"\(\?(?:<?[=!]|[>(]|\w*-)|\\[AZzG]|\$");

    /// <summary>Whether it is worth the effort to decode these lines.</summary>
    public bool MayMatch(ReadOnlySpan<byte> lines) => lines.IndexOf(_literalBytes) >= 0;

    /// <summary>Whether the pattern matches on one of the lines.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long, with what was spent before.</exception>
    public bool IsMatch(ReadOnlySpan<char> lines, Stopwatch spent)
    {
        spent.Start();
        while (!lines.IsEmpty && Candidate(lines) is var place and >= 0)
        {
            var line = lines[(lines[..place].LastIndexOf('\n') + 1)..];
            var end = line.IndexOf('\n') is var feed and >= 0 ? feed : line.Length;
            lines = line[Math.Min(end + 1, line.Length)..];
            if (!line.IsEmpty && _regex.IsMatch(line[..end].TrimEnd('\r')))
            {
                return true;
            }

            if (spent.Elapsed > limit)
            {
                throw new RegexMatchTimeoutException();
            }
        }

        spent.Stop();
        return false;
    }

    /// <summary>A place that is in no later line than the first that matches.</summary>
    private int Candidate(ReadOnlySpan<char> lines)
    {
        if (_literal is not null)
        {
            return lines.IndexOf(_literal);
        }

        if (_triesEveryLine)
        {
            return 0;
        }

        foreach (var match in _regex.EnumerateMatches(lines))
        {
            return match.Index;
        }

        return -1;
    }

    /// <summary>The longest plain text that every match has, if the pattern shows one: all that is not plain text becomes a gap.</summary>
    private static string? LiteralOf(string pattern)
    {
        const string Gap = "\0";
        var text = Regex.Replace(pattern, @"\\[wWsSdDbB\W_]|\[\^?\]?(?:\\.|[^\]\\[])*\]", Gap);
        for (var before = ""; text != before;)
        {
            before = text;
            text = Regex.Replace(text, @"\((?!\?[^:])[^()]*\)", Gap);       // groups, from the innermost outwards
        }

        if (text.AsSpan().ContainsAny(@"\[(|"))
        {
            return null;        // alternatives, options or an escape: plain text would not be what it seems
        }

        text = Regex.Replace(text, @".(?:[?*]|\{\d+,?\d*\})\??", Gap, RegexOptions.Singleline);
        return text.Split('\0', '.', '^', '$', '+').MaxBy(part => part.Length) is { Length: > 1 } literal ? literal : null;
    }
}

/// <summary>File names with wildcards.</summary>
public sealed class Glob
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private static readonly RegexOptions _case = OperatingSystem.IsWindows() ? RegexOptions.IgnoreCase : RegexOptions.None;
    private readonly string _glob, _root;
    private readonly Regex? _names;     // what comes after the root; null for a single file
    private readonly int _depth;        // of folders below the root

    public Glob(string glob)
    {
        _glob = _root = OperatingSystem.IsWindows() ? glob.Replace('\\', '/') : glob;
        if (Directory.Exists(_glob))
        {
            (_root, _names, _depth) = (_glob.TrimEnd('/') + "/", new Regex(""), int.MaxValue);
        }
        else if (_glob.IndexOfAny(['*', '?', '[', '{', '\\']) is var wildcard and >= 0 && !File.Exists(_glob))
        {
            var names = _glob[(_glob.LastIndexOf('/', wildcard) + 1)..];
            _root = _glob[..^names.Length];
            _names = new Regex($@"\A{Translate(names)}\z", RegexOptions.Singleline | _case);
            _depth = names.Contains("**", StringComparison.Ordinal) ? int.MaxValue : names.Count(sign => sign == '/');
        }
    }

    /// <summary>
    /// The files in the order of their paths, and the folders that cannot be listed. Folders behind links are not entered: they may
    /// lead back.
    /// </summary>
    public IEnumerable<string> Find()
    {
        var pending = new Stack<string>(_names is null ? [_root] : List(_root) ?? [_glob]);
        var isEmpty = !Directory.Exists(_glob);
        while (pending.TryPop(out var path))
        {
            if (path.EndsWith('/') && List(path) is { } below)
            {
                below.ForEach(pending.Push);
            }
            else
            {
                isEmpty = false;
                yield return path;
            }
        }

        if (isEmpty)
        {
            yield return _glob;     // which is no file
        }
    }

    /// <summary>What is to be visited in a folder, the last first, or null when it cannot be listed. Folders end with a slash.</summary>
    private List<string>? List(string folder)
    {
        try
        {
            var place = folder == "" ? "." : folder;
            var paths = new FileSystemEnumerable<string>(place, (ref entry) => folder + NameOf(ref entry), _everything);
            return [.. paths.Where(IsWanted).OrderDescending(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NameOf(ref FileSystemEntry entry)
        => entry.IsDirectory && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? $"{entry.FileName}/" : $"{entry.FileName}";

    private bool IsWanted(string path)
    {
        var name = path.AsSpan(_root.Length);
        return name is [.., '/'] ? name.Count('/') <= _depth : _names!.IsMatch(name);
    }

    private static string Translate(string names)
        => Regex.Replace(names, @"(?<=^|/)\*\*(?:/|$)|\*+|\[!?\]?[^\]/]*\]|\{[^{}]*\}|\\?.", token => token.Value switch
        {
            "**/" => "(?:.*/)?",
            "**" when token.Index + 2 == names.Length => ".*",
            ['*', ..] => "[^/]*",
            "?" => "[^/]",
            ['[', .. var signs, ']'] => $"(?!/)[{signs.Replace(@"\", @"\\").Replace("[", @"\[").Replace('!', '^')}]",
            ['{', .. var choices, '}'] => $"(?:{string.Join('|', choices.Split(',').Select(Translate))})",
            var text => Regex.Escape(text is ['\\', var sign] ? $"{sign}" : text),
        }, RegexOptions.Singleline);
}

public sealed record Arguments(string Glob, string Pattern)
{
    public const string Usage = """
        usage: dotnet run samples/02-subject.cs -- [options] GLOB PATTERN

        Finds the files with a line on which PATTERN matches. Put both in quotes, so that the shell leaves them alone.

        GLOB      a file; a folder, with all below it; or names with wildcards: * (any characters), ? (one character), [a-z] or
                  [!a-z] (one of a set), {a,b} (one or the other) and ** (any folders: 'src/**/*.cs'). A \ before a wildcard makes it
                  a character. Hidden files count as others do. Links to files are followed, links to folders are not.
        PATTERN   a regular expression of .NET. As with grep it is tried on each line by itself, and ^ and $ are the ends of a line.
                  Other than with grep -E there are \d and lookarounds, and no [[:alpha:]]; (?i) in front ignores case. Files are
                  read as UTF-8. Pipes, devices and binary files, which have a zero byte near their beginning, are not searched.

        --observers LIST   who is told, with a comma between: presenter (prints the files that match; this is the default)
                           and auditor (prints every event). What cannot be read is always said on standard error.
        --limit SECONDS    how long the pattern may take on one file; the default is 10.
        --help             prints this.

        Ends with 0 when a file matches; with 1 when none does, or the usage is wrong.
        """;

    public bool Presents { get; private init; } = true;

    public bool Audits { get; private init; }

    public TimeSpan Limit { get; private init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">The usage is wrong.</exception>
    public static Arguments Parse(ReadOnlySpan<string> args) => args switch
    {
        ["--observers", var list, .. var rest] => Parse(rest) with { Presents = Has(list, "presenter"), Audits = Has(list, "auditor") },
        ["--limit", var seconds, .. var rest] => Parse(rest) with { Limit = Seconds(seconds) },
        ["--", { Length: > 0 } glob, var pattern] => new Arguments(glob, pattern),
        [['-', ..] option, ..] => throw Wrong($"there is no option {option}, or something is missing behind it"),
        [{ Length: > 0 } glob, var pattern] => new Arguments(glob, pattern),
        _ => throw Wrong("a GLOB and a PATTERN are needed, and nothing else; are they in quotes?"),
    };

    private static bool Has(string list, string observer)
        => list.Split(',') is var names && names.Except(["presenter", "auditor"]).FirstOrDefault() is { } unknown
            ? throw Wrong($"there is no observer '{unknown}'")
            : names.Contains(observer);

    private static TimeSpan Seconds(string text)
        => double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong($"'{text}' is no number of seconds");

    private static ArgumentException Wrong(string problem) => new($"{problem}\n\n{Usage}");
}
