using Aldis.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Aldis.Sqlite;

/// <summary>
/// Wakes whoever has the database open, and hears when others do. To ring is to write a byte into a small file, in a folder of its own beside the
/// database; the operating system tells everyone who watches that folder. In a folder of its own, because the folder of the database would tell of
/// every page that is written to the log. Nothing is lost where it fails: the watch looks by itself now and then, and more often without a bell.
/// </summary>
internal sealed class Bell : IDisposable
{
    /// <summary>How often its own ring may stay unheard before it is said to be broken: a busy machine may need its time.</summary>
    private const int MostUnheard = 3;

    private readonly Lock _gate = new();
    private readonly Pulse _rung = new();
    private readonly string _database;
    private readonly string _folder;
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private SafeFileHandle? _handle;
    private FileSystemWatcher? _watcher;
    private volatile bool _heard;
    private int _unheard;
    private bool _said;

    /// <summary>Makes a bell that neither rings nor hears before <see cref="Mend"/>.</summary>
    public Bell(string database, TimeProvider time, ILogger log)
    {
        (_database, _time, _log) = (database, time, log);
        _folder = database + "-wake";
        _file = Path.Combine(_folder, "bell");
    }

    /// <summary>Ends when somebody rings, this process or another. To be taken before one looks what there is to do.</summary>
    public Task Next => _rung.Next;

    /// <summary>Whether it was heard to ring and has not been damaged since.</summary>
    public bool Works => _heard;

    /// <summary>Wakes everyone. Costs a few microseconds, and nothing where the bell is broken. Safe for any thread.</summary>
    public void Ring()
    {
        lock (_gate)
        {
            if (_handle is null)
            {
                return;
            }

            try
            {
                Touch(_handle);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Whoever sleeps looks by itself within a second; then this one is mended, too.
                _heard = false;
            }
        }
    }

    /// <summary>
    /// Hangs the bell up where it is not, or is damaged: its file was deleted, the system watches too many folders already. Says so once where that does
    /// not help. To be called now and then, by one thread.
    /// </summary>
    public void Mend()
    {
        if (_heard && File.Exists(_file))
        {
            return;
        }

        if (_watcher is not null && _unheard < MostUnheard && File.Exists(_file))
        {
            _unheard++;
            Ring();
            return;
        }

        try
        {
            var wasUnheard = _watcher is not null && _unheard == MostUnheard;
            Hang();
            if (wasUnheard)
            {
                Say(new IOException("The operating system does not tell of changes in this folder."));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            TakeDown();
            Say(error);
        }
    }

    public void Dispose() => TakeDown();

    /// <summary>Watches first and rings then: what it hears shows that it works.</summary>
    private void Hang()
    {
        TakeDown();
        var handle = Open();
        var watcher = new FileSystemWatcher(_folder, Path.GetFileName(_file)) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Attributes };
        lock (_gate)
        {
            (_handle, _watcher) = (handle, watcher);
        }

        watcher.Changed += (_, _) => Hear(watcher, works: true);
        watcher.Created += (_, _) => Hear(watcher, works: true);
        watcher.Deleted += (_, _) => Hear(watcher, works: false);
        watcher.Error += (_, _) => Hear(watcher, works: false);
        watcher.EnableRaisingEvents = true;
        Ring();
    }

    private void TakeDown()
    {
        SafeFileHandle? handle;
        FileSystemWatcher? watcher;
        lock (_gate)
        {
            (handle, watcher) = (_handle, _watcher);
            (_handle, _watcher, _heard, _unheard) = (null, null, false, 0);
        }

        watcher?.Dispose();
        handle?.Dispose();
    }

    /// <summary>What an earlier watcher has still to say does not concern this one.</summary>
    private void Hear(FileSystemWatcher watcher, bool works)
    {
        if (watcher == Volatile.Read(ref _watcher))
        {
            _heard = works;
            _rung.Beat();
        }
    }

    private void Say(Exception error)
    {
        if (!_said)
        {
            _said = true;
            _log.BellBroken(_folder, error);
        }
    }

    /// <summary>Who may write to the database may ring: folder and file get its permissions, as SQLite gives them to its log.</summary>
    private SafeFileHandle Open()
    {
        var (isNewFolder, isNew) = (!Directory.Exists(_folder), !File.Exists(_file));
        Directory.CreateDirectory(_folder);
        if (isNewFolder)
        {
            Share(_folder, isFolder: true);
        }

        var handle = File.OpenHandle(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (isNew)
        {
            Share(_file, isFolder: false);
        }

        return handle;
    }

    private void Share(string path, bool isFolder)
    {
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(_database);
            File.SetUnixFileMode(path, isFolder ? mode | (UnixFileMode)(((int)mode & 0b100_100_100) >> 2) : mode);
        }
    }

    /// <summary>
    /// Linux tells of a write at once, and anybody who may write may do it. Windows and macOS may tell of a write when the file is closed, and of a changed
    /// time at once.
    /// </summary>
    private void Touch(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            RandomAccess.Write(handle, [(byte)'\n'], 0);
        }
        else
        {
            File.SetLastWriteTimeUtc(handle, _time.GetUtcNow().UtcDateTime);
        }
    }
}
