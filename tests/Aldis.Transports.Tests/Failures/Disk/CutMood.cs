namespace Aldis.Transports.Tests.Failures;

/// <summary>How a disk behaves when the power goes: one that lost everything it had not written, one that had just written it all, and many in between.</summary>
internal sealed class CutMood
{
    private readonly Random _random;
    private readonly double _survival;
    private readonly double _garbage;

    public CutMood(Random random)
    {
        _random = random;
        _survival = random.Next(5) switch { 0 => 0, 1 => 1, 2 => 0.5, _ => random.NextDouble() };
        _garbage = random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        Sector = random.Next(2) == 0 ? 512 : 4096;
        IsByWrite = random.Next(3) == 0;
    }

    /// <summary>How many bytes the disk writes at once: these are there, or not.</summary>
    public int Sector { get; }

    /// <summary>Whether a write is there as a whole or not at all.</summary>
    public bool IsByWrite { get; }

    public bool Survives() => _random.NextDouble() < _survival;

    /// <summary>For a write that is taken as a whole, or a truncation. Drawn for each, so that the numbers that follow do not depend on the answer.</summary>
    public bool SurvivesWhole() => _random.NextDouble() < _survival;

    /// <summary>Whether a file has grown although what made it grow is not there.</summary>
    public bool GrowsAnyway() => _random.Next(2) == 0;

    /// <summary>What is found there: nothing, or what was on the disk before.</summary>
    public byte[] Anything(int length)
    {
        var bytes = new byte[length];
        if (_random.NextDouble() < _garbage)
        {
            _random.NextBytes(bytes);
        }

        return bytes;
    }
}
