using Aldis.AotApp;
using Aldis.AotApp.Bus;
using Aldis.AotApp.Hosting;
using Aldis.AotApp.InProcess;

// Runs every exercise and says how each ended; 1 when one failed.
//   Aldis.AotApp startup URI TIMESTAMP    only starts a bus, handles one event, and says how long that took
if (args is ["startup", var uri, var since])
{
    await Startup.RunAsync(uri, since);
    return 0;
}

(string Name, Func<Task> RunAsync)[] exercises =
[
    ("callback", Callbacks.RunAsync),
    ("subject", Subjects.RunAsync),
    ("signal", Signals.RunAsync),
    ("signal with answers", Questions.RunAsync),
    ("before and after", BeforeAndAfter.RunAsync),
    ("signal space and [Receives]", Spaces.RunAsync),
    ("connection tracker", Trackers.RunAsync),
    ("bus in memory", InMemory.RunAsync),
    ("bus on SQLite", OnSqlite.RunAsync),
    ("bus on Kafka", OnKafka.RunAsync),
    ("bus on RabbitMQ", OnRabbitMq.RunAsync),
    ("bus on SQS", OnSqs.RunAsync),
    ("bus on ZeroMQ", OnZeroMq.RunAsync),
    ("bus on PostgreSQL", OnPostgreSql.RunAsync),
    ("rows of PostgreSQL", OnRows.RunAsync),
    ("host", InHost.RunAsync),
];

var failed = 0;
foreach (var (name, runAsync) in exercises)
{
    failed += await Exercise.IsDoneAsync(name, runAsync) ? 0 : 1;
}

return failed == 0 ? 0 : 1;
