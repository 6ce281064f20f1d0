using System.Runtime.InteropServices;
using SQLitePCL;

namespace Aldis.Victim;

/// <summary>Has the process use another SQLite than its own, where <c>ALDIS_SQLITE</c> names one.</summary>
internal static class Engines
{
    public static void Choose()
    {
        if (Environment.GetEnvironmentVariable("ALDIS_SQLITE") is { Length: > 0 } library)
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly,
                (name, _, _) => name == "e_sqlite3" ? NativeLibrary.Load(library) : 0);
        }
    }
}
