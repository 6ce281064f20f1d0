#:project ../src/Aldis.Hosting
#:project ../src/Transports/Aldis.Sqlite
#:package Microsoft.Extensions.Hosting
#:package CsvHelper

// A shop that turns the orders of a CSV file into invoices, through durable events in one SQLite file.
//   dotnet run samples/storefront.cs [-- FILE.csv | -] [--fresh]
// Kill it at any moment and start it again: it goes on where it was; nothing is lost, and nothing is billed twice.

using System.Globalization;
using System.Text;
using Aldis;
using Aldis.Events;
using CsvHelper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

const string Database = "storefront.db";

if (Arguments.Parse(args) is not { } arguments)
{
    Console.WriteLine(Arguments.Usage);
    return 1;
}

if (!arguments.InputExists)
{
    Console.WriteLine($"storefront: there is no file {arguments.Input}");
    return 1;
}

if (arguments.Fresh)
{
    Array.ForEach([Database, Database + "-wal", Database + "-shm"], File.Delete);
}

try
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.ClearProviders();
    builder.AddAldis(bus => bus.UseSqlite(Database));       // the one line to change when one machine is not enough
    builder.Services.AddSingleton<Shop>(_ => new Shop(Database));
    builder.Services.AddSingleton<PaymentProvider>();

    using var host = builder.Build();
    host.MapEvent("billing", Billing.Bill, new SubscriptionOptions
    {
        Concurrency = 2,                                    // two workers share the work
        Retry = new RetryPolicy { ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(100) },
    });
    host.MapEvent("audit", (OrderPlaced order, Shop shop) => shop.Audit("order", order.Id));
    host.MapEvent("audit", (InvoiceIssued invoice, Shop shop) => shop.Audit("invoice", invoice.OrderId));

    await host.StartAsync();
    var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    var day = new Day(host.Services.GetRequiredService<IEventBus>(), host.Services.GetRequiredService<Shop>());
    await day.PublishAsync(arguments, stopping);
    var finished = await day.WaitAsync(stopping);
    await host.StopAsync();
    Console.WriteLine(day.Line);
    return finished ? 0 : 1;
}
catch (AldisException error)
{
    Console.WriteLine($"storefront: {error.Message}");
    return 1;
}

[Event("orders.placed")]
public sealed record OrderPlaced(string Id, string Customer, decimal Total);

[Event("invoices.issued")]
public sealed record InvoiceIssued(string OrderId, decimal Total);

/// <summary>The handler of the group billing. What it returns is published together with its acknowledgement.</summary>
public static class Billing
{
    public static InvoiceIssued Bill(OrderPlaced order, PaymentProvider payments, Shop shop)
    {
        if (order.Total < 0)
        {
            throw new DeadLetterException($"The order has a negative total ({order.Total}); it can never be billed.");
        }

        payments.Charge(order);
        shop.Invoice(order);
        return new InvoiceIssued(order.Id, order.Total);
    }
}

/// <summary>A payment provider that declines some orders the first time it is asked.</summary>
public sealed class PaymentProvider(Shop shop)
{
    public void Charge(OrderPlaced order)
    {
        // FNV-1a, so that the same orders are declined in every run.
        var hash = Encoding.UTF8.GetBytes(order.Id).Aggregate(2166136261u, (hash, part) => (hash ^ part) * 16777619u);
        if (hash % 80 == 7 && shop.NoteDecline(order.Id))
        {
            throw new InvalidOperationException("The payment provider is busy; try again.");
        }
    }
}

/// <summary>One run: publishes the orders that are new, then waits until all of them have come to an end.</summary>
public sealed class Day(IEventBus bus, Shop shop)
{
    private const int Chunk = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);
    private static readonly JsonCodec _json = new();
    private DateTime _reported;

    public string Line { get; private set; } = "";

    public async Task PublishAsync(Arguments arguments, CancellationToken stopping)
    {
        var known = shop.OrderIds();
        using var reader = arguments.Open();
        var orders = OrderFile.Read(reader).Select(row => Sift(row, arguments.Input, known)).OfType<OrderPlaced>();
        foreach (var chunk in orders.Chunk(Chunk))
        {
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            var published = await Task.WhenAll(chunk.Select(TryPublishAsync));
            shop.AddOrders(published.OfType<string>());     // after the publish: killed in between, an order is published again, never lost
            await ReportAsync();
        }
    }

    /// <summary>Waits until every order has its invoice or is a dead letter, and was audited.</summary>
    public async Task<bool> WaitAsync(CancellationToken stopping)
    {
        var patience = DateTime.UtcNow + _patience;
        var before = "";
        while (true)
        {
            var count = await CountAsync();
            Line = count.ToString();
            if (count.IsComplete || stopping.IsCancellationRequested || DateTime.UtcNow > patience)
            {
                Console.WriteLine($"duplicates delivered {shop.Duplicates}, each without an effect");
                return count.IsComplete;
            }

            if (Line != before)
            {
                (before, patience) = (Line, DateTime.UtcNow + _patience);
                await ReportAsync();
            }

            await Task.Delay(_pause);
        }
    }

    /// <summary>An order that is new, or null for what is none or is known.</summary>
    private OrderPlaced? Sift(Row row, string source, HashSet<string> known)
    {
        if (row.Order is null)
        {
            Reject(source, row.Line, row.Problem!);
            return null;
        }

        return known.Add(row.Order.Id) ? row.Order : null;
    }

    private async Task<string?> TryPublishAsync(OrderPlaced order)
    {
        try
        {
            await bus.PublishAsync(order);
            return order.Id;
        }
        catch (AldisException error) when (error is not PublishException)
        {
            Console.WriteLine($"the order '{order.Id}' cannot be published: {error.Message}");
            shop.AddRejected("publish", 0, order.Id);
            return null;
        }
    }

    private void Reject(string source, int line, string problem)
    {
        Console.WriteLine($"line {line}: no order: {problem}");
        shop.AddRejected(source, line, problem);
    }

    private async Task ReportAsync()
    {
        if (DateTime.UtcNow - _reported > _pause)
        {
            _reported = DateTime.UtcNow;
            var count = await CountAsync();
            Console.WriteLine($"… orders {count.Orders}  invoiced {count.Invoiced}  audited {count.Audited}  dead-lettered {count.Dead}");
        }
    }

    private async Task<Count> CountAsync()
    {
        var dead = new HashSet<string>();
        await foreach (var letter in bus.DeadLetters.ListAsync(new DeadLetterFilter { Group = "billing" }))
        {
            dead.Add(_json.Decode<OrderPlaced>(letter.Envelope.Body).Id);
        }

        return shop.Count(dead);
    }
}

/// <summary>The figures of the whole database.</summary>
public sealed record Count(long Orders, long Invoiced, long Audited, long Retried, long Dead, long Rejected, long Lost)
{
    public bool IsComplete => Lost == 0 && Audited == Orders;

    public override string ToString() => $"orders {Orders}  invoiced {Invoiced}  audited {Audited}  retried {Retried}  "
        + $"dead-lettered {Dead}  rejected-rows {Rejected}  lost {Lost}";
}

/// <summary>The shop's own tables, beside the events in the same file. Every key makes its effect happen once, however often an event comes.</summary>
public sealed class Shop : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly Lazy<bool> _tables;

    public Shop(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=60");
        _tables = new Lazy<bool>(CreateTables);
    }

    /// <summary>How many events came a second time; they had no effect.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    private long _duplicates;

    public void Invoice(OrderPlaced order)
        => Once("INSERT OR IGNORE INTO invoice (order_id, customer, total) VALUES ($1, $2, $3)", order.Id, order.Customer, order.Total.ToString(CultureInfo.InvariantCulture));

    public void Audit(string what, string id) => Once("INSERT OR IGNORE INTO audit (what, order_id) VALUES ($1, $2)", what, id);

    public bool NoteDecline(string id) => Run("INSERT OR IGNORE INTO decline (order_id) VALUES ($1)", id) == 1;

    public void AddRejected(string source, int line, string problem)
        => Run("INSERT OR IGNORE INTO rejected (source, line, problem) VALUES ($1, $2, $3)", source, line, problem);

    public void AddOrders(IEnumerable<string> ids)
    {
        lock (_gate)
        {
            _ = _tables.Value;
            using var transaction = _connection.BeginTransaction();
            foreach (var id in ids)
            {
                Run("INSERT OR IGNORE INTO orders (id) VALUES ($1)", id);
            }

            transaction.Commit();
        }
    }

    public HashSet<string> OrderIds() => Strings("SELECT id FROM orders");

    public Count Count(HashSet<string> dead)
    {
        var lost = Strings("SELECT id FROM orders EXCEPT SELECT order_id FROM invoice");
        lost.ExceptWith(dead);
        return new Count(Number("SELECT count(*) FROM orders"), Number("SELECT count(*) FROM invoice"),
            Number("SELECT count(*) FROM audit WHERE what = 'order'"), Number("SELECT count(*) FROM decline"), dead.Count,
            Number("SELECT count(*) FROM rejected"), lost.Count);
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Made at the first use: by then the bus has made the file.</summary>
    private bool CreateTables()
    {
        _connection.Open();
        using var command = _connection.CreateCommand();
        command.CommandText = """
            PRAGMA busy_timeout = 60000;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS invoice (order_id TEXT PRIMARY KEY, customer TEXT, total TEXT) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS audit (what TEXT, order_id TEXT, PRIMARY KEY (what, order_id)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS decline (order_id TEXT PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS rejected (source TEXT, line INTEGER, problem TEXT, PRIMARY KEY (source, line, problem)) WITHOUT ROWID;
            """;
        command.ExecuteNonQuery();
        return true;
    }

    private void Once(string sql, params ReadOnlySpan<object> values)
    {
        if (Run(sql, values) == 0)
        {
            Interlocked.Increment(ref _duplicates);
        }
    }

    private int Run(string sql, params ReadOnlySpan<object> values)
    {
        lock (_gate)
        {
            using var command = Command(sql, values);
            return command.ExecuteNonQuery();
        }
    }

    private long Number(string sql)
    {
        lock (_gate)
        {
            using var command = Command(sql);
            return (long)command.ExecuteScalar()!;
        }
    }

    private HashSet<string> Strings(string sql)
    {
        lock (_gate)
        {
            using var command = Command(sql);
            using var reader = command.ExecuteReader();
            var found = new HashSet<string>();
            while (reader.Read())
            {
                found.Add(reader.GetString(0));
            }

            return found;
        }
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        _ = _tables.Value;
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue($"${index + 1}", values[index]);
        }

        return command;
    }
}

/// <summary>A row of the input: an order, or what keeps it from being one.</summary>
public sealed record Row(int Line, OrderPlaced? Order, string? Problem);

/// <summary>
/// Reads orders (id, customer, total; RFC 4180). A row with broken quotes is only its first line: reading goes on with the next, so that one
/// stray quote does not swallow the rest of the file.
/// </summary>
public static class OrderFile
{
    private const int LongestRow = 1000;     // lines

    private static readonly CsvReaderOptions _format = new()
    {
        Separator = ',', HasHeader = false, MalformedData = CsvMalformedDataHandling.Throw,
    };

    public static IEnumerable<Row> Read(TextReader reader)
    {
        var lines = new Queue<string>();
        var first = true;
        for (var line = 1; Fill(lines, reader, 1); line++)
        {
            if (string.IsNullOrWhiteSpace(lines.Peek()))
            {
                lines.Dequeue();
                continue;
            }

            var (fields, taken) = Take(lines, reader);
            if (fields is null || !first || !IsHeader(fields))
            {
                yield return Judge(line, fields);
            }

            first = false;
            line += taken - 1;
        }
    }

    /// <summary>Takes the lines of one row: as many as its quotes ask for, or, where they are broken, one.</summary>
    private static (string[]? Fields, int Taken) Take(Queue<string> lines, TextReader reader)
    {
        var row = new StringBuilder();
        var open = false;
        for (var taken = 1; taken <= LongestRow && Fill(lines, reader, taken); taken++)
        {
            var line = lines.ElementAt(taken - 1);
            row.Append(taken == 1 ? "" : "\n").Append(line);
            open ^= line.Count(character => character == '"') % 2 == 1;
            if (!open)
            {
                if (Parse(row.ToString()) is { } fields)
                {
                    Drop(lines, taken);
                    return (fields, taken);
                }

                break;
            }
        }

        Drop(lines, 1);
        return (null, 1);
    }

    private static string[]? Parse(string row)
    {
        try
        {
            using var reader = CsvReader.FromText(row, _format);
            var fields = reader.Read() ? reader.Current.ToArray() : null;
            return reader.Read() ? null : fields;
        }
        catch (CsvFormatException)
        {
            return null;
        }
    }

    private static Row Judge(int line, string[]? fields)
    {
        if (fields is null)
        {
            return new Row(line, null, "its quotes are broken");
        }

        if (fields.Length != 3)
        {
            return new Row(line, null, $"it has {fields.Length} fields instead of id, customer, total");
        }

        if (string.IsNullOrWhiteSpace(fields[0]))
        {
            return new Row(line, null, "its id is blank");
        }

        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return decimal.TryParse(fields[2], plain, CultureInfo.InvariantCulture, out var total)
            ? new Row(line, new OrderPlaced(fields[0], fields[1], total), null)
            : new Row(line, null, "its total is not a plain decimal number");
    }

    private static bool IsHeader(string[] fields)
        => fields is [var id, var customer, var total] && Same(id, "id") && Same(customer, "customer") && Same(total, "total");

    private static bool Same(string field, string name) => field.Trim().Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool Fill(Queue<string> lines, TextReader reader, int wanted)
    {
        while (lines.Count < wanted && reader.ReadLine() is { } line)
        {
            lines.Enqueue(line);
        }

        return lines.Count >= wanted;
    }

    private static void Drop(Queue<string> lines, int count)
    {
        for (; count > 0; count--)
        {
            lines.Dequeue();
        }
    }
}

/// <summary>What the user asked for.</summary>
public sealed record Arguments(string Input, bool Fresh)
{
    public const string Usage = """
        usage: dotnet run samples/storefront.cs [-- FILE.csv | -] [--fresh]
          FILE.csv   orders as id,customer,total; - reads them from standard input; default: samples/data/orders.csv
          --fresh    forgets what was there and begins anew
        """;

    public bool InputExists => Input == "-" || File.Exists(Input);

    public static Arguments? Parse(string[] args)
    {
        var inputs = args.Where(arg => arg == "-" || !arg.StartsWith('-')).ToArray();
        var options = args.Where(arg => arg != "-" && arg.StartsWith('-')).ToArray();
        return inputs.Length <= 1 && options.All(option => option == "--fresh")
            ? new Arguments(inputs.FirstOrDefault() ?? Path.Combine(Here(), "data", "orders.csv"), options.Length > 0)
            : null;
    }

    public TextReader Open() => Input == "-" ? new StreamReader(Console.OpenStandardInput(), Encoding.UTF8) : new StreamReader(Input, Encoding.UTF8);

    /// <summary>The folder of this file: a file-based program knows where it came from.</summary>
    private static string Here() => AppContext.GetData("EntryPointFileDirectoryPath") as string ?? AppContext.BaseDirectory;
}
