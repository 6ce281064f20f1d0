using System.Text;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// A folder on a disk, as calls are asked of it one by one. Names, too, are certain only when the folder was synchronised: a file that is new may be gone after a power
/// cut, and one that was deleted may be there again.
/// </summary>
internal sealed class DiskFolder
{
    private readonly Dictionary<string, DiskFile> _now = [];
    private readonly List<(string Name, DiskFile? File)> _pending = [];
    private readonly List<(char Word, string Id)> _told = [];
    private Dictionary<string, DiskFile> _certain = [];

    /// <summary>What the processes have said so far; nobody takes that back. Each line is a word and an id.</summary>
    public IReadOnlyList<(char Word, string Id)> Told => _told;

    public void Ask(DiskCall call)
    {
        switch (call)
        {
            case { Name: var name } when name.StartsWith("told-", StringComparison.Ordinal):
                var lines = Encoding.ASCII.GetString(call.Data.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                _told.AddRange(lines.Select(line => (line[0], line[2..])));
                break;
            case { Kind: 'd' }:
                _certain = new(_now);
                _pending.Clear();
                break;
            case { Kind: 'u' }:
                _now.Remove(call.Name);
                _pending.Add((call.Name, null));
                break;
            default:
                if (!_now.TryGetValue(call.Name, out var file))
                {
                    _now.Add(call.Name, file = new DiskFile());
                    _pending.Add((call.Name, file));
                }

                file.Ask(call);
                break;
        }
    }

    /// <summary>Makes the files that may be found after a power cut. The shared memory has anything in it.</summary>
    public void CutInto(string folder, Random random)
    {
        var (names, mood) = (new Dictionary<string, DiskFile>(_certain), new CutMood(random));
        foreach (var (name, file) in _pending.Where(_ => mood.SurvivesWhole()))
        {
            if (file is null)
            {
                names.Remove(name);
            }
            else
            {
                names[name] = file;
            }
        }

        foreach (var (name, file) in names)
        {
            File.WriteAllBytes(Path.Combine(folder, name), file.AfterCut(mood));
        }

        var memory = new byte[32768];
        random.NextBytes(memory);
        File.WriteAllBytes(Path.Combine(folder, "events.db-shm"), memory);
    }
}
