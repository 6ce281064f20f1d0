using Aldis.ZeroMq;

namespace Aldis;

/// <summary>What somebody who runs a fleet on ZeroMQ needs now and then.</summary>
public static class ZeroMqCare
{
    /// <summary>
    /// Makes a file with new keys for <see cref="ZeroMqOptions.KeyFile"/>, which only its owner may read. Copy it to every process of the fleet, and to nobody else: who knows the public key
    /// in it is let in.
    /// </summary>
    /// <param name="path">The file; it must not be there yet.</param>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public static void CreateKeyFile(string path) => KeyFile.Create(path);
}
