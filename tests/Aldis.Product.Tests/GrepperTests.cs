using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace Aldis.Product.Tests;

/// <summary>The sample of the observer pattern: a search that tells its observers what happens to each file.</summary>
public sealed class GrepperTests : IDisposable
{
    private const int Block = 1 << 17;      // bytes that the sample reads at once

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Observers_print_what_is_expected_in_the_order_of_the_paths()
    {
        Write("src/main.cs", "class Main;\n");
        Write("src/parts/part.cs", "// nothing here\n");
        Write("src-old/main.cs", "class OldMain;\n");
        Write("src/logo.png", "class\0");
        Write("src/empty.cs", "");
        Write("src.txt", "class A of text");
        var (exit, lines) = await RunAsync("--observers", "presenter,auditor", "**", @"class \w+");
        Assert.Equal(0, exit);
        Assert.Equal(Repository.Read("samples", "expected", "02-subject.txt").Trim(), string.Join('\n', lines));
    }

    [Theory]
    [InlineData("presenter", "Found in: a.txt")]
    [InlineData("auditor", "opened  : a.txt", "matched : a.txt", "closed  : a.txt", "opened  : b.txt", "closed  : b.txt")]
    [InlineData("auditor,presenter",
        "Found in: a.txt", "opened  : a.txt", "matched : a.txt", "closed  : a.txt", "opened  : b.txt", "closed  : b.txt")]
    public async Task An_observer_is_told_what_it_subscribed_to_and_nothing_else(string observers, params string[] expected)
    {
        Write("a.txt", "hello");
        Write("b.txt", "good bye");
        var (exit, lines) = await RunAsync("--observers", observers, "*.txt", "hello");
        Assert.Equal(0, exit);
        Assert.Equal(expected.Order(), lines.Order());
    }

    [Fact]
    public async Task The_presenter_is_the_default_and_nothing_found_ends_with_1()
    {
        Write("a.txt", "hello");
        Assert.Equal((0, "Found in: a.txt"), await FoundAsync("*.txt", "hello"));
        Assert.Equal((1, ""), await FoundAsync("*.txt", "Hello"));
    }

    [Theory]
    [InlineData("a.cs", "a.cs")]
    [InlineData("*.cs", "a.cs b.cs")]
    [InlineData("?.cs", "a.cs b.cs")]
    [InlineData("**", ".h a-b/e.cs a.cs a/d.cs a/x/c.cs b.cs z[1].txt")]
    [InlineData("**/*.cs", "a-b/e.cs a.cs a/d.cs a/x/c.cs b.cs")]
    [InlineData("a", "a/d.cs a/x/c.cs")]
    [InlineData("a/", "a/d.cs a/x/c.cs")]
    [InlineData("./a", "./a/d.cs ./a/x/c.cs")]
    [InlineData("a/**", "a/d.cs a/x/c.cs")]
    [InlineData("a/**/c.cs", "a/x/c.cs")]
    [InlineData("**/a/**/c.cs", "a/x/c.cs")]
    [InlineData("**/x/*", "a/x/c.cs")]
    [InlineData("a*/*.cs", "a-b/e.cs a/d.cs")]
    [InlineData("*/*/*", "a/x/c.cs")]
    [InlineData("[ab].cs", "a.cs b.cs")]
    [InlineData("[!a].cs", "b.cs")]
    [InlineData("[b-z].cs", "b.cs")]
    [InlineData("{a,c}.cs", "a.cs")]
    [InlineData("a/{d,x/?}.cs", "a/d.cs a/x/c.cs")]
    [InlineData("**/[c-e].{cs,txt}", "a-b/e.cs a/d.cs a/x/c.cs")]
    [InlineData("z[1].txt", "z[1].txt")]
    [InlineData(@"z\[*", "z[1].txt")]
    [InlineData("A.cs", "")]
    [InlineData("*.c", "")]
    public async Task Wildcards_are_those_of_a_shell(string glob, string expected)
    {
        foreach (var path in (string[])["a.cs", "b.cs", ".h", "z[1].txt", "a/d.cs", "a/x/c.cs", "a-b/e.cs"])
        {
            Write(path, "hello");
        }

        var (exit, lines, _) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder, glob, "hello");
        Assert.Equal(expected, string.Join(' ', lines).Replace("Found in: ", "", StringComparison.Ordinal));
        Assert.Equal(expected == "" ? 1 : 0, exit);
    }

    [Theory]
    [InlineData("color", "colou?r")]
    [InlineData("bar", "(foo)?bar")]
    [InlineData("foobar", "(foo|bar)+bar")]
    [InlineData("two", "one|two")]
    [InlineData("bc", "a{0}bc")]
    [InlineData("bc", "a{0}?bc")]
    [InlineData("bc", "(?:aa)*?bc")]
    [InlineData("ABC", @"\x41BC")]
    [InlineData("HeLLo", "(?i)hello")]
    [InlineData("hello", "(?x) he llo # a comment")]
    [InlineData("]b", "[]a]b")]
    [InlineData("a.b(c)", @"a\.b\(c\)")]
    [InlineData("a{b", "a{b")]
    [InlineData("größe", "gr[öo]ße")]
    [InlineData("hello", "hello(?! world)")]
    [InlineData("hello", @"hello(?!\s)")]
    [InlineData("hello", @"hello(?>\s*)$")]
    [InlineData("hello", @"(?<!\s)hello\z")]
    [InlineData("hello", @"\Ahello\Z")]
    [InlineData("hello", "(?-m)^hello")]
    [InlineData("hello", "^hello$")]
    [InlineData("", "^$")]
    public async Task A_pattern_finds_its_line_among_others(string line, string pattern)
    {
        Write("with.txt", $"first\n{line}\n   last\n");
        Write("crlf.txt", $"first\r\n{line}\r\n   last\r\n");
        Write("end.txt", line == "" ? "first\n\n" : $"first\n{line}");
        Write("bom.txt", $"\uFEFF{line}\n");
        Write("without.txt", "first\n   last\n");
        Assert.Equal((0, "Found in: bom.txt Found in: crlf.txt Found in: end.txt Found in: with.txt"), await FoundAsync("*.txt", pattern));
    }

    [Theory]
    [InlineData("one\ntwo\n", @"one\s+two")]
    [InlineData("one\ntwo\n", "one[^x]two")]
    [InlineData("one\ntwo\n", "(?s)one.two")]
    [InlineData("one\n", "^$")]
    [InlineData("", "^")]
    public async Task A_match_lies_within_a_line(string text, string pattern)
    {
        Write("a.txt", text);
        Assert.Equal((1, ""), await FoundAsync("a.txt", pattern));
    }

    [Fact]
    public async Task Nothing_is_missed_where_the_file_is_cut_into_blocks()
    {
        foreach (var at in Enumerable.Range(Block - 8, 10))
        {
            Write($"line-{at}", $"{Lines(at)}needle 47 é\n{Lines(100)}");
            Write($"begun-{at}", $"{Lines(at - 20)}{new string('é', 10)}needle 47 é");
        }

        Write("long", new string('x', 5 * Block / 2) + "needle 47 é");
        // One has a literal to look for, one is tried on the whole block first, and one on every line.
        foreach (var pattern in (string[])["needle [0-9]+ é", "[n][e]{2}[d][l][e] [0-9]+", "[n]e{2}[d][l][e] [0-9]+ .$"])
        {
            var (_, lines) = await RunAsync("*", pattern);
            Assert.Equal(21, lines.Length);
        }
    }

    [Fact]
    public async Task What_cannot_be_searched_is_an_event_and_no_crash()
    {
        Write("a.bin", "hello\0");
        Link("loop", ".");
        Link("nowhere", "not-there");
        Link("self", "self");
        Link("to-text", "z.txt");
        Write("z.txt", "hello");
        await MakePipeAsync("pipe");
        Link("to-pipe", "pipe");
        var (exit, lines, errors) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder, "--observers", "auditor", "**", "hello");
        Assert.Equal(0, exit);
        Assert.Equal(
        [
            "opened  : a.bin", "skipped : a.bin (binary)", "closed  : a.bin",
            "skipped : loop (a link to a folder)",
            $"skipped : nowhere (Could not find file '{_folder}/not-there'.)",
            "skipped : pipe (a pipe, a socket or a device)",
            $"skipped : self (Too many levels of symbolic links in '{_folder}/self'.)",
            "skipped : to-pipe (a pipe, a socket or a device)",
            "opened  : to-text", "matched : to-text", "closed  : to-text",
            "opened  : z.txt", "matched : z.txt", "closed  : z.txt",
        ], lines);
        Assert.Equal(["nowhere", "self"], errors.Select(line => line.Split(':')[0]));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_may_not_be_read_is_said_on_standard_error()
    {
        Write("locked/a.txt", "hello");
        Write("secret.txt", "hello");
        File.SetUnixFileMode(Path.Combine(_folder, "locked"), UnixFileMode.None);
        File.SetUnixFileMode(Path.Combine(_folder, "secret.txt"), UnixFileMode.None);
        var (_, lines, errors) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder, "**", "hello");
        File.SetUnixFileMode(Path.Combine(_folder, "locked"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Equal(["Found in: locked/a.txt", "Found in: secret.txt"], lines);        // root may read everything
        }
        else
        {
            Assert.Empty(lines);
            Assert.Equal(["locked/", "secret.txt"], errors.Select(line => line.Split(':')[0]));
        }
    }

    [Theory]
    [InlineData("nowhere.txt")]
    [InlineData("nowhere/**")]
    [InlineData("*.nothing")]
    public async Task A_glob_without_a_file_is_said_so(string glob)
    {
        var (exit, lines, errors) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder, glob, "hello");
        Assert.Equal(1, exit);
        Assert.Empty(lines);
        Assert.StartsWith(glob + ": Could not find", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_takes_too_long_on_a_file_is_an_event_and_the_search_goes_on()
    {
        Write("a.txt", new string('a', 40) + "!\n");
        Write("b.txt", "aaa\n");
        var (exit, lines, errors) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder,
            "--limit", "0.2", "--observers", "auditor", "*", "^(a+)+$");
        Assert.Equal(0, exit);
        Assert.Equal(
            ["opened  : a.txt", "timedout: a.txt", "closed  : a.txt", "opened  : b.txt", "matched : b.txt", "closed  : b.txt"], lines);
        Assert.Equal(["a.txt: the pattern takes too long"], errors);
    }

    [Fact]
    public async Task The_limit_is_for_all_lines_of_a_file_together()
    {
        Write("a.txt", string.Concat(Enumerable.Repeat(new string('a', 20) + "!\n", 100_000)));
        var (exit, lines, _) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder,
            "--limit", "0.5", "--observers", "auditor", "*", "^(a+)+$");
        Assert.Equal(1, exit);
        Assert.Equal(["opened  : a.txt", "timedout: a.txt", "closed  : a.txt"], lines);
    }

    [Theory]
    [InlineData("hello(", "at offset 6")]
    [InlineData("a**", "at offset 3")]
    [InlineData("x[z-a]", "at offset 5")]
    public async Task A_bad_pattern_is_refused_with_the_place_in_it(string pattern, string place)
    {
        var (exit, lines, errors) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder, "*", pattern);
        Assert.Equal(1, exit);
        Assert.Empty(lines);
        Assert.Contains($"'{pattern}' {place}", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a GLOB and a PATTERN are needed")]
    [InlineData("a GLOB and a PATTERN are needed", "*.cs")]
    [InlineData("a GLOB and a PATTERN are needed", "", "hello")]
    [InlineData("a GLOB and a PATTERN are needed", "a.cs", "b.cs", "hello")]
    [InlineData("there is no option --what", "--what", "*", "hello")]
    [InlineData("there is no option --limit, or something is missing behind it", "--limit")]
    [InlineData("'soon' is no number of seconds", "--limit", "soon", "*", "hello")]
    [InlineData("'0' is no number of seconds", "--limit", "0", "*", "hello")]
    [InlineData("there is no observer 'judge'", "--observers", "auditor,judge", "*", "hello")]
    public async Task Wrong_usage_is_explained_on_standard_error_and_ends_with_1(string problem, params string[] arguments)
    {
        var (exit, lines, errors) = await SampleProgram.RunWithErrorsAsync("02-subject", _folder, arguments);
        Assert.Equal(1, exit);
        Assert.Empty(lines);
        Assert.StartsWith(problem, errors[0], StringComparison.Ordinal);
        Assert.StartsWith("usage: ", errors[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_printed_and_ends_with_0()
    {
        var (exit, lines) = await RunAsync("--help");
        Assert.Equal(0, exit);
        Assert.StartsWith("usage: ", lines[0], StringComparison.Ordinal);
    }

    private Task<(int Exit, string[] Lines)> RunAsync(params string[] arguments) => SampleProgram.RunAsync("02-subject", _folder, arguments);

    private async Task<(int Exit, string Lines)> FoundAsync(string glob, string pattern)
    {
        var (exit, lines) = await RunAsync(glob, pattern);
        return (exit, string.Join(' ', lines));
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text));
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(_folder, path), target);

    private async Task MakePipeAsync(string path)
    {
        using var process = Process.Start("mkfifo", Path.Combine(_folder, path));
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Lines of so many bytes in all.</summary>
    private static string Lines(int bytes) => string.Concat(Enumerable.Repeat("hay hay\n", bytes / 8)) + new string('\n', bytes % 8);
}
