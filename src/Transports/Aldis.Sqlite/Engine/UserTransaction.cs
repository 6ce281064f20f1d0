using System.Data.Common;
using System.Globalization;
using Aldis.Errors;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aldis.Sqlite;

/// <summary>Writes within a transaction of the user, on the user's connection: all of it, or nothing, and the transaction goes on.</summary>
internal static class UserTransaction
{
    private const string Savepoint = "aldis";

    /// <summary>Does something within the transaction.</summary>
    /// <param name="transaction">The user's.</param>
    /// <param name="file">The file of the store, as SQLite calls it.</param>
    /// <param name="lockTimeout">How long to wait for the write lock, where the transaction does not have it yet.</param>
    /// <param name="work">What is done.</param>
    public static T Run<T>(DbTransaction transaction, string file, TimeSpan lockTimeout, Func<Database, T> work)
    {
        var database = Database.Of(ConnectionOf(transaction, file), file);
        var patience = database.Scalar("PRAGMA busy_timeout");
        raw.sqlite3_busy_timeout(database.Handle, (int)lockTimeout.TotalMilliseconds);
        try
        {
            return Run(database, work);
        }
        finally
        {
            raw.sqlite3_busy_timeout(database.Handle, (int)(patience ?? 0));
        }
    }

    private static T Run<T>(Database database, Func<Database, T> work)
    {
        // Takes the write lock, where a deferred transaction has only promised to write: what is read from now on stays true.
        database.Execute($"SAVEPOINT {Savepoint}; UPDATE aldis_topic SET last = last WHERE false");
        try
        {
            var result = work(database);
            database.Execute($"RELEASE {Savepoint}");
            return result;
        }
        catch
        {
            // Else the next event of the topic would be given the number of one that was half written.
            raw.sqlite3_exec(database.Handle, $"ROLLBACK TO {Savepoint}; RELEASE {Savepoint}");
            throw;
        }
    }

    private static SqliteConnection ConnectionOf(DbTransaction transaction, string file)
    {
        if (transaction is not SqliteTransaction)
        {
            throw Foreign($"It is a {transaction.GetType()}.");
        }

        if (transaction.Connection is not SqliteConnection { Handle: { } handle } connection)
        {
            throw Foreign("It has ended.");
        }

        var own = raw.sqlite3_db_filename(handle, "main").utf8_to_string();
        return own == file ? connection
            : throw Foreign(string.Create(CultureInfo.InvariantCulture, $"Its connection is to {(string.IsNullOrEmpty(own) ? "a database in memory" : own)}, and the bus keeps its events in {file}."));
    }

    private static AldisException Foreign(string why) => new(new Fault(ErrorCodes.ForeignTransaction, "A transaction is not one of the bus's database.", why));
}
