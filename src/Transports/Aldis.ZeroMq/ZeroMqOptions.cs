using Aldis.Errors;
using Aldis.ZeroMq;

namespace Aldis;

/// <summary>Where a process listens, whom it knows, and what becomes of events that nobody can take.</summary>
public sealed record ZeroMqOptions
{
    /// <summary>Where this process listens: <c>host:port</c>, an address of this machine; port 0 for one that is free. Default: <c>127.0.0.1:0</c>.</summary>
    public string Listen { get; init; } = "127.0.0.1:0";

    /// <summary>What becomes of events that nobody can take at the moment. The same in every process. Default: <see cref="ZeroMqLevel.StoreAndForward"/>.</summary>
    public ZeroMqLevel Level { get; init; }

    /// <summary>The other processes: <c>host:port</c> each. A DNS name stands for all its addresses and is looked up again and again. This process itself may be among them. Default: none.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>A file with more of them, one on a line; it is read again and again. It need not be there. Default: null.</summary>
    public string? PeersFile { get; init; }

    /// <summary>Whether this process writes its own address into <see cref="PeersFile"/> when it starts, and takes it away when it ends. Default: false.</summary>
    public bool Announce { get; init; }

    /// <summary>The address to announce, where others reach this process at another one than <see cref="Listen"/>. Default: null.</summary>
    public string? AnnounceAs { get; init; }

    /// <summary>
    /// A file with the fleet's keys (<see cref="ZeroMqCare.CreateKeyFile"/>). With it everything that processes of the fleet say to each other is encrypted, and nothing
    /// that others say is heeded. It does not keep the port in service: ports belong behind a firewall all the same. Only its owner may be able to read it. Default: null, for plain text.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether plain text may leave this machine. Default: false; then without a <see cref="KeyFile"/> nothing but loopback addresses is listened at and connected to.</summary>
    public bool AllowPlainText { get; init; }

    /// <summary>How often processes tell each other that they live. Default: 500 milliseconds.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a process may be silent until what it holds goes to others. One whose connection breaks, because it was killed, is noticed at once. Default: 5 seconds.
    /// </summary>
    public TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is looked who there is. Default: 1 second.</summary>
    public TimeSpan LookForPeersEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many members of groups a publisher serves at a time; more are refused until there is room. Default: 1000.</summary>
    public int MaxMembers { get; init; } = 1000;

    /// <summary>The largest message in bytes, with events of a batch or a single one. Larger ones are not taken from others. From 1 MiB to 1 GiB. Default: 16 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>
    /// For <see cref="ZeroMqLevel.BestEffort"/>: how many events wait for a group that does not keep up, at the publisher and again at the member. What comes then is dropped, and counted. Default: 10,000.
    /// </summary>
    public int HighWatermark { get; init; } = 10_000;

    /// <summary>For <see cref="ZeroMqLevel.StoreAndForward"/>: what becomes of events for a group that does not come back. Default: they are kept for 7 days.</summary>
    public WhenGroupIsAway WhenGroupIsAway { get; init; } = WhenGroupIsAway.KeepFor(TimeSpan.FromDays(7));

    internal bool IsEncrypted => KeyFile is not null;

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate() => Addresses().Concat(Ranges()).Concat(Choices()).Concat(WhenGroupIsAway.Validate());

    private IEnumerable<Fault> Addresses()
    {
        foreach (var (name, text) in Peers.Select(peer => (nameof(Peers), peer)).Prepend((nameof(Listen), Listen)).Append((nameof(AnnounceAs), AnnounceAs ?? Listen)))
        {
            if (!PeerAddress.TryParse(text, out var address))
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"ZeroMqOptions.{name} has '{text}', which is no address.", "It is not of the form host:port.", "Write for example 127.0.0.1:7001.");
            }
            else if (!address.IsLoopback && KeyFile is null && !AllowPlainText)
            {
                yield return new Fault(ErrorCodes.ZeroMqPlainText, $"ZeroMqOptions.{name} has '{text}', which is not an address of this machine alone, and nothing is encrypted.");
            }
        }

        if (PeerAddress.TryParse(AnnounceAs ?? Listen, out var announced) && Announce && (announced.IsAny || PeersFile is null))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "ZeroMqOptions.Announce has no file to write into, or no address that others could use.", null,
                "Name a PeersFile, and with AnnounceAs the address at which others reach this process.");
        }
    }

    private IEnumerable<Fault> Choices()
    {
        if (!Enum.IsDefined(Level))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"ZeroMqOptions.Level is {Level}.", "There is no such level.");
        }

        if (PeerTimeout < Heartbeat * 2)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"ZeroMqOptions.PeerTimeout is {PeerTimeout}.", "It must be at least two heartbeats, or living peers are taken for dead.");
        }
    }

    private IEnumerable<Fault> Ranges()
    {
        foreach (var (name, value, least, most) in new (string, int, int, int)[]
                 {
                     (nameof(MaxMembers), MaxMembers, 1, 100_000), (nameof(MaxMessageBytes), MaxMessageBytes, 1 << 20, 1 << 30), (nameof(HighWatermark), HighWatermark, 1, 10_000_000),
                 })
        {
            if (value < least || value > most)
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"ZeroMqOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }

        foreach (var (name, value, least, most) in new[]
                 {
                     (nameof(Heartbeat), Heartbeat, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1)),
                     (nameof(PeerTimeout), PeerTimeout, TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(10)),
                     (nameof(LookForPeersEvery), LookForPeersEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
                 })
        {
            if (value < least || value > most)
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"ZeroMqOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }
    }
}
