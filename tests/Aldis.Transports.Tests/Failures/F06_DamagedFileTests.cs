using System.Globalization;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>Files on which a disk has changed a bit, or cut something off. Whatever is handed out of them is what was published.</summary>
[Trait("Failure", "F06")]
public sealed class F06_DamagedFileTests : IDisposable
{
    private const int PageSize = 4096;
    private const int LogHeader = 32;
    private const int FrameSize = PageSize + 24;
    private const int Events = 400;

    /// <summary>How many events are on one page.</summary>
    private const int MostOnPage = 20;

    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(300);

    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly Random _random = new(6);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bit_that_has_changed_on_a_page_makes_no_event_another_one()
    {
        var sound = await MakeAsync();
        var (truth, sum) = (Truth(sound.File), new Sum(_folder));
        for (var page = 0; page < sound.Database.Length / PageSize; page += Figures.Size(everyday: 5, full: 1))
        {
            for (var time = 0; time < Figures.Size(everyday: 1, full: 8); time++)
            {
                await sum.AddAsync(Flip(sound.Database, page * PageSize, PageSize), [], truth, salvages: true);
            }
        }

        Figures.Print("F06", $"bits in {sound.Database.Length / PageSize} pages: {sum}");
        sum.Judge();
        Assert.True(sum.SetAside > 0 && sum.Refused > 0, "nothing was noticed: the test proves nothing");
    }

    /// <summary>The log ends for SQLite where its sums do not match any more: what was committed after that is gone, as a whole.</summary>
    [Fact]
    public async Task A_bit_that_has_changed_in_the_log_makes_no_event_another_one()
    {
        var sound = await KillAsync();
        var (truth, sum) = (Truth(sound.File), new Sum(_folder));
        var frames = (sound.Log.Length - LogHeader) / FrameSize;
        await sum.AddAsync(sound.Database, Flip(sound.Log, 0, LogHeader), truth);
        for (var frame = 0; frame < frames; frame += Math.Max(1, frames / Figures.Size(everyday: 10, full: 1000)))
        {
            await sum.AddAsync(sound.Database, Flip(sound.Log, LogHeader + frame * FrameSize, FrameSize), truth);
        }

        for (var cut = Figures.Size(everyday: 5, full: 200); cut > 0; cut--)
        {
            await sum.AddAsync(sound.Database, sound.Log[..(cut == 1 ? 0 : _random.Next(sound.Log.Length))], truth);
        }

        Figures.Print("F06", $"bits in {frames} frames of the log, and logs cut off: {sum}");
        sum.Judge();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_so_and_nothing_is_lost()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.File("disk"), megabytes: 32);
        var file = Path.Combine(disk.Path, "events.db");
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
            await bus.PublishAsync(new Noted("one"));
        }

        await disk.MakeReadOnlyAsync(true);
        var error = await Assert.ThrowsAnyAsync<AldisException>(async () => await EventBus.StartAsync(bus => bus.UseSqlite(file)));
        Assert.Equal("ALD2003", error.Code);
        await disk.MakeReadOnlyAsync(false);
        Assert.Single(StoredEvents.Ids(file));
        await using var again = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        await again.PublishAsync(new Noted("two"));
    }

    /// <summary>Events that wait, are held and are dead, all of them in the file itself.</summary>
    private async Task<(string File, byte[] Database)> MakeAsync()
    {
        var file = _folder.File("sound.db");
        await using (var transport = await LeaseTests.OpenAsync(_folder.File("made.db")))
        {
            await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
            var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
            await sender.SendAsync(Enumerable.Range(0, Events).Select(number => Make(number)).ToArray(), CancellationToken.None);
            var buffer = new Delivery[10];
            Assert.Equal(10, await receiver.ReceiveAsync(buffer, CancellationToken.None));
            await receiver.SettleAsync(buffer[..5].Select(one => new Settlement(one, Verdict.Dead("broken"), [])).ToArray(), CancellationToken.None);
            SqliteCare.BackUp(_folder.File("made.db"), file);
        }

        // Its worker is gone, so that what it held is taken over.
        Databases.Execute(file, "UPDATE aldis_worker SET host = 'another machine', lease_until = 0; PRAGMA journal_mode = DELETE");
        return (file, await File.ReadAllBytesAsync(file));
    }

    /// <summary>What a process leaves that was killed: much of it is in the log.</summary>
    private async Task<(string File, byte[] Database, byte[] Log)> KillAsync()
    {
        var file = _folder.File("killed.db");
        using (var victim = new VictimProcess("publish", file, "4"))
        {
            for (var stored = 0; stored < Events; stored++)
            {
                await victim.UntilAsync("stored");
            }

            await victim.KillAsync();
        }

        var found = (await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(file + "-wal"));
        return (file, found.Item1, found.Item2);
    }

    private static Envelope Make(int number) => Envelopes.Make($"{number} {new string('x', number % 7 == 0 ? 3000 : 150)}") with { Key = number % 3 == 0 ? $"key-{number % 9}" : null };

    /// <summary>What the sound file has, looked at beside Aldis.</summary>
    private static Dictionary<string, string> Truth(string file) => new[] { "aldis_event", "aldis_delivery" }
        .SelectMany(table => StoredEvents.Query(file, $"SELECT hex(id) || ' ' || hex(body) FROM {table}")).Select(row => ((string)row).Split(' ')).DistinctBy(row => row[0])
        .ToDictionary(row => row[0], row => row[1]);

    private byte[] Flip(byte[] sound, int start, int length)
    {
        var (damaged, bit) = (sound.ToArray(), _random.Next(length * 8));
        damaged[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
        return damaged;
    }

    /// <summary>What all damaged files have shown.</summary>
    private sealed class Sum(TemporaryFolder folder)
    {
        private readonly List<string> _strange = [];
        private int _files;
        private int _wrong;
        private int _stopped;
        private int _notSaved;
        private int _fewest = Events;
        private long _taken;

        public int SetAside { get; private set; }

        public int Refused { get; private set; }

        public async Task AddAsync(byte[] database, byte[] log, Dictionary<string, string> truth, bool salvages = false)
        {
            var file = Path.Combine(Directory.CreateDirectory(folder.File("damaged")).FullName, "events.db");
            await File.WriteAllBytesAsync(file, database);
            if (log.Length > 0)
            {
                await File.WriteAllBytesAsync(file + "-wal", log);
            }

            _files++;
            if (salvages)
            {
                Salvage(file, truth);
            }

            await TakeAsync(file, truth);
            Directory.Delete(folder.File("damaged"), recursive: true);
        }

        public void Judge()
        {
            Assert.True(_wrong == 0, string.Join(Environment.NewLine, _strange));
            Assert.Empty(_strange);
            Assert.True(_taken > _files * Events / 4, "hardly an event was handed out: the test proves nothing");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"files {_files}, events handed out {_taken}, wrong or half events handed out {_wrong}, refused with a reason {Refused}, stopped with a reason {_stopped}, events set aside {SetAside}")
            + (_fewest < Events ? string.Create(CultureInfo.InvariantCulture, $", saved at least {_fewest} of {Events}, nothing saved {_notSaved} times (what describes the tables)") : "");

        /// <summary>All that is on the pages, but for what is on the one that is damaged, or goes on there.</summary>
        private void Salvage(string file, Dictionary<string, string> truth)
        {
            var target = Path.Combine(folder.File("damaged"), "saved.db");
            try
            {
                SqliteCare.Salvage(file, target);
                var saved = Truth(target);
                _wrong += saved.Count(row => truth.GetValueOrDefault(row.Key) != row.Value);
                _fewest = Math.Min(_fewest, saved.Count);
                if (saved.Count < Events - MostOnPage)
                {
                    _strange.Add($"saved {saved.Count}: {string.Join("; ", SqliteCare.Check(file).Faults.Take(6)).ReplaceLineEndings(" ")}");
                }
            }
            catch (AldisException error)
            {
                _notSaved++;
                Expect(error, "ALD2006", "ALD2001", "ALD2002");
            }
        }

        private async Task TakeAsync(string file, Dictionary<string, string> truth)
        {
            SqliteTransport transport;
            try
            {
                transport = await LeaseTests.OpenAsync(file, new SqliteOptions { Path = file, DiskReserve = 0 });
            }
            catch (AldisException error)
            {
                Refused++;
                Expect(error, "ALD2006", "ALD2001", "ALD2002", "ALD2008");
                return;
            }

            try
            {
                await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
                await TakeAsync(transport, receiver, truth);
                SetAside += await transport.ListAsync(new DeadLetterFilter { ReasonContains = "ALD2012" }).CountAsync();
            }
            catch (AldisException error)
            {
                _stopped++;
                Expect(error, "ALD2006", "ALD2008");
            }
            finally
            {
                await transport.DisposeAsync();
            }
        }

        /// <summary>Takes what comes. What does not come within a while will not: the damage has put it off, or given it to somebody.</summary>
        private async Task TakeAsync(SqliteTransport transport, IReceiver receiver, Dictionary<string, string> truth)
        {
            var (buffer, taken) = (new Delivery[64], new HashSet<EventId>());
            while ((await transport.ReadBacklogAsync(LeaseTests.Spec.Topic, LeaseTests.Spec.Group, CancellationToken.None)).Depth != 0)
            {
                using var enough = new CancellationTokenSource(_patience);
                int count;
                try
                {
                    count = await receiver.ReceiveAsync(buffer, enough.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                foreach (var one in buffer[..count].Select(delivery => delivery.Envelope))
                {
                    _taken++;
                    _wrong += taken.Add(one.Id) && truth.GetValueOrDefault(Convert.ToHexString(one.Id.ToBytes())) == Convert.ToHexString(one.Body.Span) ? 0 : 1;
                }

                await receiver.SettleAsync(buffer[..count].Select(one => new Settlement(one, Verdict.Done, [])).ToArray(), CancellationToken.None);
            }
        }

        private void Expect(AldisException error, params string[] codes)
        {
            if (!codes.Contains(error.Code))
            {
                _strange.Add(error.ToString());
            }
        }
    }
}
