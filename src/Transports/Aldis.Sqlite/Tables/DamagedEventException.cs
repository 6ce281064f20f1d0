using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>An event in the file is not what was stored, so it is not handed out.</summary>
internal sealed class DamagedEventException(string why, Exception? inner = null)
    : AldisException(new Fault(ErrorCodes.EventDamaged, "An event in the file is not what was stored.", why), inner)
{
    /// <summary>For the dead letter.</summary>
    public string Reason => Fault.ToString();
}
