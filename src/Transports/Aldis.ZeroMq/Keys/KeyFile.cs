using Aldis.Errors;
using NetMQ;

namespace Aldis.ZeroMq;

/// <summary>A file with a pair of CURVE keys, each 40 characters of Z85: <c>public-key = …</c> and <c>secret-key = …</c>, one a line. Lines that begin with # are notes.</summary>
internal sealed record KeyFile(byte[] PublicKey, byte[] SecretKey)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const string Public = "public-key";
    private const string Secret = "secret-key";

    /// <summary>Reads a file that only its owner may read.</summary>
    /// <exception cref="AldisException">It is none, or others may read it. Nothing of what is in it is said.</exception>
    public static KeyFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw Refused(path, "It cannot be found.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw Refused(path, "Others than its owner may read or write it.", $"Run chmod 600 on it, and if others may have read it, make new keys.");
        }

        var lines = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToArray();
        var (open, closed) = (Find(lines, Public), Find(lines, Secret));
        if (open is null || closed is null)
        {
            throw Refused(path, $"It needs a line '{Public} = …' and a line '{Secret} = …', each with 40 characters of Z85.");
        }

        if (!NetMQCertificate.CreateFromSecretKey(closed).PublicKey.AsSpan().SequenceEqual(open))
        {
            throw Refused(path, "Its two keys do not belong to each other.");
        }

        return new KeyFile(open, closed);
    }

    /// <summary>Makes a file with new keys that only its owner may read.</summary>
    public static void Create(string path)
    {
        var keys = new NetMQCertificate();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine("# The keys of a fleet on ZeroMQ. Every process has a copy, and nobody else: who knows the public key is let in.");
        writer.WriteLine($"{Public} = {keys.PublicKeyZ85}");
        writer.WriteLine($"{Secret} = {keys.SecretKeyZ85}");
    }

    /// <summary>Never a key.</summary>
    public override string ToString() => nameof(KeyFile);

    private static byte[]? Find(string[] lines, string name)
    {
        foreach (var line in lines)
        {
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0] == name)
            {
                return Decode(parts[1].Trim('"'));
            }
        }

        return null;
    }

    private static byte[]? Decode(string text)
    {
        const int Length = 40;
        if (text.Length != Length)
        {
            return null;
        }

        try
        {
            return NetMQCertificate.FromPublicKey(text).PublicKey;
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or FormatException)
        {
            return null;
        }
    }

    private static AldisException Refused(string path, string why, string? remedy = null)
        => new(new Fault(ErrorCodes.ZeroMqKeyFile, $"The key file '{path}' cannot be used.", why, remedy));
}
