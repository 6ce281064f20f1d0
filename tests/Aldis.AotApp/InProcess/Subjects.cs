namespace Aldis.AotApp.InProcess;

/// <summary>One emitter, any number of observers, chosen by the type of the event or by a condition.</summary>
internal static class Subjects
{
    public static async Task RunAsync()
    {
        var lines = new List<string>();
        var files = new Subject<FileEvent>();
        using var auditor = files.Subscribe(file => lines.Add($"{file.GetType().Name} {file.Path}"));
        using var presenter = files.Subscribe<Matched>(matched => lines.Add($"found in {matched.Path}"));
        using var tests = files.Subscribe<Opened>(opened => lines.Add("a test"), when: opened => opened.Path.EndsWith("Tests.cs", StringComparison.Ordinal));
        using var observer = files.Subscribe(new Observer(lines));
        files.Notify(new Opened("OneTests.cs"));
        await files.NotifyAsync(new Matched("one.cs"));
        files.Complete();
        Check.Lines(lines, "Opened OneTests.cs", "a test", "observed OneTests.cs", "Matched one.cs", "found in one.cs", "observed one.cs", "completed");
    }

    private sealed class Observer(List<string> lines) : IObserver<FileEvent>
    {
        public void OnNext(FileEvent value) => lines.Add($"observed {value.Path}");

        public void OnError(Exception error) => lines.Add(error.Message);

        public void OnCompleted() => lines.Add("completed");
    }
}

internal abstract record FileEvent(string Path);

internal sealed record Opened(string Path) : FileEvent(Path);

internal sealed record Matched(string Path) : FileEvent(Path);
