using Aldis.Benchmarks;
using Aldis.Benchmarks.Kafka;
using Aldis.Benchmarks.PostgreSql;
using Aldis.Benchmarks.RabbitMq;
using Aldis.Benchmarks.Signals;
using Aldis.Benchmarks.Startup;

// ./bench NAME: prints lines of "name value" and nothing else on standard output; each benchmark ends by itself within two minutes.
var benchmarks = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
{
    ["kafka"] = KafkaBenchmark.RunAsync,
    ["keys"] = KeysBenchmark.RunAsync,
    ["pipeline"] = PipelineBenchmark.RunAsync,
    ["postgresql"] = PostgreSqlBenchmark.RunAsync,
    ["rabbitmq"] = RabbitMqBenchmark.RunAsync,
    ["signals"] = SignalsBenchmark.RunAsync,
    ["sqlite"] = SqliteBenchmark.RunAsync,
    ["startup"] = StartupBenchmark.RunAsync,
};

if (args is ["sqlite-listener", var file])
{
    await WakeFigures.ListenAsync(file);
    return 0;
}

if (args is not [var name] || !benchmarks.TryGetValue(name, out var benchmark))
{
    Console.Error.WriteLine($"usage: ./bench NAME, with NAME one of: {string.Join(", ", benchmarks.Keys)}");
    return 1;
}

await benchmark();
return 0;
