namespace Aldis.Errors;

/// <summary>
/// The one table of error codes. The reference page <c>docs/reference/errors.md</c> is made from it.
/// ALD10xx: an event or a name; ALD11xx: the catalogue; ALD12xx: handlers; ALD13xx: the bus and its options;
/// ALD14xx: publishing and delivery; ALD15xx: callbacks, subjects and signals; ALD20xx: the SQLite transport;
/// ALD21xx: the RabbitMQ transport; ALD22xx: the Kafka transport; ALD23xx: the SQS transport; ALD24xx: the PostgreSQL transport;
/// ALD25xx: the ZeroMQ transport; ALD26xx: row triggers of PostgreSQL; ALD27xx: Entity Framework.
/// ALD9xxx is not here: that is what the compiler says (<c>docs/reference/diagnostics.md</c>).
/// </summary>
public static class ErrorCodes
{
    /// <summary>A topic or group name has characters or a length that some transport cannot carry.</summary>
    public static readonly ErrorCode InvalidName = new("ALD1001", "A topic or group name is not valid",
        "Use 1 to 100 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, without two dots in a row.");

    /// <summary>A header has a name or a value that cannot cross a wire safely.</summary>
    public static readonly ErrorCode InvalidHeader = new("ALD1002", "A header is not valid",
        "Use 1 to 64 lower-case letters, digits, '-', '_' and '.' for the name, and no control characters (CR, LF, NUL) in the value.");

    /// <summary>A body is larger than the limit of the bus or of its transport.</summary>
    public static readonly ErrorCode BodyTooLarge = new("ALD1003", "The body of an event is over the limit",
        "Publish a reference to the data instead of the data, or raise EventLimits.MaxBodyBytes on every side.");

    /// <summary>The headers of an event are too many or too large.</summary>
    public static readonly ErrorCode HeadersTooLarge = new("ALD1004", "The headers of an event are over the limit",
        "Move data into the event, or raise EventLimits.MaxHeaders or EventLimits.MaxHeaderBytes on every side.");

    /// <summary>The bytes of a body are not what the event type expects.</summary>
    public static readonly ErrorCode Undecodable = new("ALD1005", "The body of an event cannot be decoded",
        "The raw bytes are kept in the dead letter: correct the publisher or the event type, then redrive it.");

    /// <summary>An event cannot be written as bytes.</summary>
    public static readonly ErrorCode Unencodable = new("ALD1006", "An event cannot be encoded",
        "Make the event a plain record of plain values.");

    /// <summary>JSON metadata of an event type is missing where reflection is switched off.</summary>
    public static readonly ErrorCode NoJsonMetadata = new("ALD1007", "There is no JSON metadata for an event type",
        "Make the type and those of its members internal or public, so that the generator of Aldis can describe it (ALD9024 says what hinders it), "
        + "or add [JsonSerializable(typeof(YourEvent))] to a JsonSerializerContext and pass it with bus.UseJson(YourContext.Default).");

    /// <summary>A key is empty or too long.</summary>
    public static readonly ErrorCode InvalidKey = new("ALD1008", "The key of an event is not valid",
        "Use 1 to 256 characters without control characters, or no key (null).");

    /// <summary>A message from another program is not a CloudEvents 1.0 event.</summary>
    public static readonly ErrorCode NotACloudEvent = new("ALD1009", "A message is not a CloudEvent",
        "Correct its publisher: id, source, type and specversion 1.0 are needed, in the names of the protocol's binding or as application/cloudevents+json.");

    /// <summary>An event is published whose type the catalogue does not know.</summary>
    public static readonly ErrorCode EventNotRegistered = new("ALD1101", "An event type is not registered",
        "Mark the record with [Event(\"its.topic\")], or call bus.AddEvent<T>() before the bus starts.");

    /// <summary>Two event types claim the same topic and version.</summary>
    public static readonly ErrorCode TopicTaken = new("ALD1102", "Two event types have the same topic and version",
        "Give one of them another topic, or another Version.");

    /// <summary>A handler needs something that cannot be supplied.</summary>
    public static readonly ErrorCode HandlerCannotBeBuilt = new("ALD1201", "A handler cannot be built from the services",
        "Register the service, or take the parameter away.");

    /// <summary>A delegate or method does not have the shape of a handler.</summary>
    public static readonly ErrorCode InvalidHandler = new("ALD1202", "A method cannot be an event handler",
        "A handler takes exactly one event and, if it likes, an EventContext, a CancellationToken and services; it returns nothing, events, or a task.");

    /// <summary>Two handlers would compete unseen for the same events.</summary>
    public static readonly ErrorCode HandlerTwice = new("ALD1203", "A group has two handlers for one event",
        "Use two groups if both shall see every event, or raise Concurrency if they shall share the work.");

    /// <summary>The options of a bus are wrong; every fault is listed.</summary>
    public static readonly ErrorCode InvalidConfiguration = new("ALD1301", "The configuration of the bus has faults",
        "Correct every fault in the list; they were all found in one pass.");

    /// <summary>No transport was chosen.</summary>
    public static readonly ErrorCode NoTransport = new("ALD1302", "No transport is chosen",
        "Add one line: bus.UseSqlite(\"events.db\"), or bus.UseInMemory() for events that need not survive the process.");

    /// <summary>A connection URI names a transport that this program does not accept.</summary>
    public static readonly ErrorCode UnknownScheme = new("ALD1303", "The scheme of a connection URI is unknown",
        "Correct the scheme, or let the program accept it: for example bus.AcceptSqlite().");

    /// <summary>An option has a value outside its range.</summary>
    public static readonly ErrorCode InvalidOption = new("ALD1304", "An option has a value that cannot work",
        "Choose a value in the range given.");

    /// <summary>The bus is used before it was started or after it was stopped.</summary>
    public static readonly ErrorCode NotRunning = new("ALD1305", "The bus is not running",
        "Publish between the start and the end of the host, or after EventBus.StartAsync and before DisposeAsync.");

    /// <summary>The transport cannot do what the application asks, and nothing supplies it.</summary>
    public static readonly ErrorCode MissingFeature = new("ALD1306", "The transport cannot do what is asked of it",
        "Choose a transport that has the feature.");

    /// <summary>A handler, an event or a transport is added to a bus that has started.</summary>
    public static readonly ErrorCode TooLate = new("ALD1307", "The bus has started already",
        "Add handlers, events and transports before the bus or its host starts.");

    /// <summary>A second bus is added to a host.</summary>
    public static readonly ErrorCode BusTwice = new("ALD1308", "A host has one bus",
        "Call AddAldis once, and say everything there; or start another bus with EventBus.StartAsync.");

    /// <summary>A call that only generated code can answer was compiled without the generator, or where the generator cannot see through it.</summary>
    public static readonly ErrorCode NotGenerated = new("ALD1309", "A call was compiled without the generator of Aldis",
        "Reference the package Aldis in the project that makes the call, and name types there that the whole project can use. "
        + "A project that uses the sources in place of the package needs the generator as an analyzer, and Aldis.Generated among its InterceptorsNamespaces.");

    /// <summary>A group is named that the bus does not have.</summary>
    public static readonly ErrorCode UnknownGroup = new("ALD1310", "The bus has no group of this name",
        "Correct the name: bus.Describe() tells the groups that handlers have subscribed in this process.");

    /// <summary>Handlers of one group for one topic say different things about what belongs to the group.</summary>
    public static readonly ErrorCode OptionsDisagree = new("ALD1311", "Two handlers of a group want different options for one topic",
        "Give them the same SubscriptionOptions, but for Retry, which each may have to itself; or say them once with bus.ForGroup.");

    /// <summary>A publish failed and the event is certainly not stored.</summary>
    public static readonly ErrorCode PublishRejected = new("ALD1401", "An event was not stored",
        "Nothing is kept of it: publish it again when the reason is gone.");

    /// <summary>A publish failed and the event may or may not be stored.</summary>
    public static readonly ErrorCode PublishUnknown = new("ALD1402", "It is not known whether an event was stored",
        "Publish it again with the same id (PublishOptions.Id): handlers that know the id see one event.");

    /// <summary>A handler said that an event can never be handled.</summary>
    public static readonly ErrorCode GivenUp = new("ALD1403", "A handler gave an event up",
        "Look at the dead letter's reason; correct the cause, then redrive or discard it.");

    /// <summary>A handler failed as often as its retry policy allows.</summary>
    public static readonly ErrorCode AttemptsExhausted = new("ALD1404", "A handler failed on every attempt",
        "Look at the dead letter's error; correct the cause, then redrive or discard it.");

    /// <summary>An envelope has a type that the receiving side does not know.</summary>
    public static readonly ErrorCode UnknownType = new("ALD1405", "An event has a type that this group does not know",
        "Subscribe to that version too, or correct the publisher; then redrive the dead letter.");

    /// <summary>The transport failed while receiving or settling.</summary>
    public static readonly ErrorCode TransportFailed = new("ALD1406", "The transport failed",
        "The bus tries again by itself; the health check tells until it works again.");

    /// <summary>Too many events of a topic wait to be sent, and the publisher chose to fail instead of waiting.</summary>
    public static readonly ErrorCode PublishBufferFull = new("ALD1410", "Too many events wait to be sent",
        "Nothing is kept of it: publish it again later, or let publishers wait (WhenFull.Wait).");

    /// <summary>A handler asked for another attempt after a time of its choice.</summary>
    public static readonly ErrorCode AskedToRetry = new("ALD1411", "A handler asked to be called again later",
        "Nothing: the event is delivered again after that time.");

    /// <summary>An error came that the retry policy never retries.</summary>
    public static readonly ErrorCode NeverRetried = new("ALD1412", "A handler failed with an error that is not retried",
        "Look at the dead letter's error; correct the cause, then redrive or discard it.");

    /// <summary>The delays of a retry policy have added up to more than it allows.</summary>
    public static readonly ErrorCode WaitedEnough = new("ALD1413", "A handler failed for longer than its policy waits",
        "Look at the dead letter's error; correct the cause, then redrive or discard it.");

    /// <summary>So many handlers of a group failed that its circuit breaker is open.</summary>
    public static readonly ErrorCode BreakerOpen = new("ALD1414", "A circuit breaker is open",
        "Mend what the handlers need; the breaker then closes by itself. No event is lost or loses an attempt meanwhile.");

    /// <summary>A group has events to handle and settles none.</summary>
    public static readonly ErrorCode NoProgress = new("ALD1415", "A group makes no progress",
        "Find what its handlers wait for. If they may take so long, raise SubscriptionOptions.Watchdog.");

    /// <summary>A loop of the bus has ended, though nobody stopped it.</summary>
    public static readonly ErrorCode LoopEnded = new("ALD1416", "A group is not served any more",
        "Start the process anew, and report the error: it is one of Aldis or of the transport.");

    /// <summary>A corrected copy cannot take the place of a dead letter.</summary>
    public static readonly ErrorCode CopyDoesNotFit = new("ALD1420", "A copy cannot take the place of a dead letter",
        "Give it the topic and the key of the original, and an id of its own; or publish another event and discard the dead letter.");

    /// <summary>A transaction of the user is not one of the database in which the bus keeps its events.</summary>
    public static readonly ErrorCode ForeignTransaction = new("ALD1430", "A transaction is not one of the bus's database",
        "Begin it on a connection to the very file of the bus (SqliteOptions.Path, with ShareFile for a database of your own), and use it before it is committed.");

    /// <summary>One name is asked for as a signal of two event types.</summary>
    public static readonly ErrorCode SignalNameTaken = new("ALD1501", "A signal of this name has another event type",
        "Use the same event type on both sides, another name, or a SignalSpace of its own.");

    /// <summary>A send that does not wait would call a receiver that has to be awaited.</summary>
    public static readonly ErrorCode AsynchronousReceiver = new("ALD1502", "An asynchronous receiver cannot be called without waiting",
        "Use the asynchronous twin (SendAsync, NotifyAsync, InvokeAsync), or connect a synchronous receiver.");

    /// <summary>A buffer of a signal's events has no room, and its reader chose that the sender shall know.</summary>
    public static readonly ErrorCode BufferFull = new("ALD1503", "A signal's buffer is full",
        "Read the buffer faster, give it more room, or choose another WhenFull.");

    /// <summary>A signal without a name was to be carried to other processes.</summary>
    public static readonly ErrorCode AnonymousSignal = new("ALD1504", "An anonymous signal cannot be carried",
        "Get the signal by a name: Signal.Named<OrderPlaced>(\"orders.placed\").");

    /// <summary>The file belongs to another program.</summary>
    public static readonly ErrorCode NotAnAldisDatabase = new("ALD2001", "The file is not an Aldis database",
        "Name another file. Nothing was changed in this one.");

    /// <summary>The file was written by a later version.</summary>
    public static readonly ErrorCode NewerSchema = new("ALD2002", "The database was written by a newer version of Aldis",
        "Use that version or a later one here as well. Nothing was changed in the file.");

    /// <summary>The file cannot be created or written.</summary>
    public static readonly ErrorCode FileNotWritable = new("ALD2003", "The database file cannot be opened for writing",
        "Name a file in a folder that this user may write to.");

    /// <summary>The SQLite engine is one with a known defect that can lose events.</summary>
    public static readonly ErrorCode EngineTooOld = new("ALD2004", "The SQLite engine is too old",
        "Use SQLite 3.51.3 or later; the package Microsoft.Data.Sqlite 10.0.15 brings 3.53.3.");

    /// <summary>The disk is full.</summary>
    public static readonly ErrorCode DiskFull = new("ALD2005", "The disk is full",
        "Free some space: the transport goes on by itself. What was stored before is safe.");

    /// <summary>The file is damaged.</summary>
    public static readonly ErrorCode DatabaseDamaged = new("ALD2006", "The database file is damaged",
        "Stop, keep a copy of the file with its -wal beside it, and restore a backup, or save what can be read with SqliteCare.Salvage.");

    /// <summary>Another process holds the write lock for too long.</summary>
    public static readonly ErrorCode DatabaseBusy = new("ALD2007", "Another process holds the database for too long",
        "Find the process with an open write transaction on the file, or raise SqliteOptions.LockTimeout.");

    /// <summary>The operating system failed to read or write the file.</summary>
    public static readonly ErrorCode DatabaseFailed = new("ALD2008", "The database file cannot be read or written",
        "See the reason given by the operating system.");

    /// <summary>The write-ahead log has reached its limit, because somebody reads for so long that it cannot be emptied.</summary>
    public static readonly ErrorCode LogFull = new("ALD2009", "The log of the database cannot be emptied",
        "Find the process with an open read transaction on the file and end it: the transport goes on by itself. Or raise SqliteOptions.LogLimit.");

    /// <summary>The engine does not write as durably as it was told to.</summary>
    public static readonly ErrorCode NotDurable = new("ALD2010", "The SQLite engine would not write durably",
        "Use an SQLite engine that honours PRAGMA synchronous, or choose SqliteDurability.Relaxed.");

    /// <summary>A care tool would overwrite a file.</summary>
    public static readonly ErrorCode TargetExists = new("ALD2011", "The target is there already",
        "Name a file that does not exist, or delete this one. Nothing was changed in it.");

    /// <summary>An event in the file is not what was stored.</summary>
    public static readonly ErrorCode EventDamaged = new("ALD2012", "An event in the file is not what was stored",
        "Check the disk, and the file with SqliteCare.Check. The dead letter has what is left of the event: replace it with a corrected copy, or discard it.");

    /// <summary>The broker has no queue for an event.</summary>
    public static readonly ErrorCode Unroutable = new("ALD2101", "No queue of the broker takes an event",
        "Start a program that subscribes to the topic first, or let such events go with RabbitMqOptions.WhenUnroutable.");

    /// <summary>The broker did not let the program in.</summary>
    public static readonly ErrorCode LoginRefused = new("ALD2102", "The broker refuses access",
        "Correct the user, the password and the virtual host in the URI, and what the user may do there (configure, write and read).");

    /// <summary>The certificate of the broker is not one to be trusted, or there is no TLS at all.</summary>
    public static readonly ErrorCode TlsRefused = new("ALD2103", "The broker cannot be trusted",
        "Give the broker a valid certificate for the name in the URI, from an authority that this machine trusts or that RabbitMqOptions.TrustedRoots names.");

    /// <summary>An exchange or a queue is there already, with other properties.</summary>
    public static readonly ErrorCode TopologyDiffers = new("ALD2104", "An exchange or a queue is another one than is declared",
        "Declare it here as it is there (RabbitMqTopology), take it as it is with RabbitMqTopology.UseExisting, or delete it there when it is empty.");

    /// <summary>An exchange or a queue is missing.</summary>
    public static readonly ErrorCode TopologyMissing = new("ALD2105", "An exchange or a queue is missing on the broker",
        "Make it there, or let Aldis make it: leave RabbitMqTopology.UseExisting away.");

    /// <summary>The broker cannot be reached, or was lost.</summary>
    public static readonly ErrorCode BrokerAway = new("ALD2106", "The broker is away",
        "The transport connects again by itself. If it does not, look whether the broker runs and can be reached from here.");

    /// <summary>The broker has refused to store an event.</summary>
    public static readonly ErrorCode PublishNacked = new("ALD2107", "The broker did not take an event",
        "Look at the limits and the state of its queues; publish it again with the same id.");

    /// <summary>The broker does not confirm what was published.</summary>
    public static readonly ErrorCode NotConfirmed = new("ALD2108", "The broker does not confirm a publish",
        "Look whether most nodes of its quorum queues are up; publish it again with the same id. Or raise RabbitMqOptions.PublishTimeout.");

    /// <summary>The brokers cannot be reached, or do not do what they are asked.</summary>
    public static readonly ErrorCode KafkaUnavailable = new("ALD2201", "Kafka cannot be reached, or cannot do what it is asked",
        "See the reason given by Kafka. The bus goes on trying by itself.");

    /// <summary>The brokers do not let this program in, or are not those that they should be.</summary>
    public static readonly ErrorCode KafkaRefused = new("ALD2202", "Kafka refuses this program, or is not to be trusted",
        "Correct the user, the password, the mechanism or the certificates (KafkaOptions), or give the user the rights on the topic and the group that are named.");

    /// <summary>A publish was not acknowledged in time by as many replicas as the topic wants.</summary>
    public static readonly ErrorCode KafkaNotAcknowledged = new("ALD2203", "Kafka has not acknowledged what was published",
        "Look for brokers that are away: the topic needs as many replicas in sync as min.insync.replicas says. Then publish it again with the same id.");

    /// <summary>There is no such topic, and nobody makes it.</summary>
    public static readonly ErrorCode KafkaTopicMissing = new("ALD2204", "A topic is missing in Kafka",
        "Make the topic, or let the bus make it (KafkaOptions.CreateTopics, and the right to do so).");

    /// <summary>A record is larger than the client or the topic allows.</summary>
    public static readonly ErrorCode KafkaRecordTooLarge = new("ALD2205", "A record is too large for Kafka",
        "Publish a reference to the data, or raise max.message.bytes of the topic and KafkaOptions.MaxRecordBytes.");

    /// <summary>A group that is to be moved is at work.</summary>
    public static readonly ErrorCode KafkaGroupAtWork = new("ALD2206", "A group of Kafka is at work",
        "Stop every process that has the group, wait for KafkaOptions.SessionTimeout if one was killed, and try again.");

    /// <summary>The service cannot be reached, or does not do what it is asked.</summary>
    public static readonly ErrorCode SqsUnavailable = new("ALD2301", "SQS cannot be reached, or cannot do what it is asked",
        "See the reason given by the service. The bus goes on trying by itself.");

    /// <summary>The service does not let this program in, or does not let it do something.</summary>
    public static readonly ErrorCode SqsRefused = new("ALD2302", "SQS refuses this program",
        "Give the program credentials where the AWS SDK looks for them, and its role the rights that the page on SQS lists.");

    /// <summary>A queue is not there, and nobody makes it.</summary>
    public static readonly ErrorCode SqsQueueMissing = new("ALD2303", "A queue is missing in SQS",
        "Make the queue, or let the bus make it: leave SqsTopology.UseExisting away.");

    /// <summary>A queue is there already, with other properties.</summary>
    public static readonly ErrorCode SqsQueueDiffers = new("ALD2304", "A queue of SQS is another one than is needed",
        "Correct the queue, or choose another name for it with SqsTopology.");

    /// <summary>The service did not take an event, or did not say so in time.</summary>
    public static readonly ErrorCode SqsNotStored = new("ALD2305", "SQS has not taken an event",
        "See the reason given by the service, and publish it again with the same id.");

    /// <summary>A message is larger than the service takes.</summary>
    public static readonly ErrorCode SqsMessageTooLarge = new("ALD2306", "A message is too large for SQS",
        "Publish a reference to the data, or keep large bodies elsewhere with SqsOptions.Bodies.");

    /// <summary>No queue waits for an event.</summary>
    public static readonly ErrorCode SqsUnroutable = new("ALD2307", "No queue of SQS waits for an event",
        "Start a program that subscribes to the topic first, or let such events go with SqsOptions.WhenUnroutable.");

    /// <summary>The PostgreSQL server cannot be reached, was lost, or does not answer.</summary>
    public static readonly ErrorCode PostgreSqlAway = new("ALD2401", "PostgreSQL is away, or does not answer",
        "The transport connects again by itself. If it does not, look whether the server runs, takes more connections, and can be reached from here.");

    /// <summary>PostgreSQL does not let this program in, or is not the one that it should be.</summary>
    public static readonly ErrorCode PostgreSqlRefused = new("ALD2402", "PostgreSQL refuses this program, or is not to be trusted",
        "Correct the user, the password, the database and the certificates in the connection string, or give the user the rights that are named.");

    /// <summary>The tables of Aldis are missing, and the program may not make them.</summary>
    public static readonly ErrorCode PostgreSqlNotInstalled = new("ALD2403", "The tables of Aldis are missing in the database",
        "Have PostgreSqlScript.Text() applied by somebody who may, or let Aldis do so: PostgreSqlOptions.Install, and the right to create a schema in the database.");

    /// <summary>The tables were made by a newer version of Aldis.</summary>
    public static readonly ErrorCode PostgreSqlNewerSchema = new("ALD2404", "The tables in the database were made by a newer version of Aldis",
        "Use that version here too; or name another schema (PostgreSqlOptions.Schema).");

    /// <summary>PostgreSQL could not do what it was asked.</summary>
    public static readonly ErrorCode PostgreSqlFailed = new("ALD2405", "PostgreSQL could not do what it was asked",
        "See the reason given by PostgreSQL. The bus goes on trying where that makes sense.");

    /// <summary>A transport that keeps its events in a ledger has none.</summary>
    public static readonly ErrorCode ZeroMqLedgerMissing = new("ALD2501", "Store and forward needs a ledger",
        "Add one, for example bus.UseSqliteLedger(\"ledger.db\"), or choose ZeroMqLevel.BestEffort, which keeps nothing.");

    /// <summary>The address to listen at cannot be had.</summary>
    public static readonly ErrorCode ZeroMqCannotListen = new("ALD2502", "The process cannot listen at its address",
        "Name an address of this machine and a port that nobody else listens at, or port 0 for one that is free.");

    /// <summary>The file with the keys cannot be used.</summary>
    public static readonly ErrorCode ZeroMqKeyFile = new("ALD2503", "The key file cannot be used",
        "Make one with ZeroMqCare.CreateKeyFile and copy it to every process of the fleet.");

    /// <summary>Plain text would leave the machine.</summary>
    public static readonly ErrorCode ZeroMqPlainText = new("ALD2504", "Plain text would leave the machine",
        "Name a key file (ZeroMqOptions.KeyFile), or allow plain text on a network that nobody else is on (ZeroMqOptions.AllowPlainText).");

    /// <summary>A publisher has gone, or its ledger does not work, while verdicts were on their way.</summary>
    public static readonly ErrorCode ZeroMqNotSettled = new("ALD2505", "A publisher has not kept verdicts",
        "The bus tries again by itself. See the reason that the publisher gives.");

    /// <summary>The triggers, functions or tables that row triggers need are missing.</summary>
    public static readonly ErrorCode RowsNotApplied = new("ALD2601", "A table has no triggers of Aldis",
        "Run the script that RowTable.Describe() shows, or call ApplyAsync with a role that owns the table.");

    /// <summary>A declared rule or a check does not let a row be written.</summary>
    public static readonly ErrorCode RowRefused = new("ALD2602", "A row is refused",
        "Correct the row, or the rule. The transaction has to be rolled back.");

    /// <summary>The changes of rows cannot be read from the database.</summary>
    public static readonly ErrorCode RowsUnavailable = new("ALD2603", "The changes of rows cannot be read",
        "See the reason given by the database. The bus goes on trying by itself, and no change is lost meanwhile.");

    /// <summary>Something in the database has a name of Aldis and was made by somebody else.</summary>
    public static readonly ErrorCode RowsForeignObject = new("ALD2604", "Something in the database was not made by Aldis",
        "Rename or remove what is named, or have Aldis keep its own in another schema: RowTable.KeptIn.");

    /// <summary>A receiver of a before-signal has refused a save of Entity Framework.</summary>
    public static readonly ErrorCode SaveRefused = new("ALD2701", "A save is refused",
        "Correct the entity, or the receiver. Nothing was written, and the context is as it was.");

    /// <summary>Every code of the table, in order.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        InvalidName, InvalidHeader, BodyTooLarge, HeadersTooLarge, Undecodable, Unencodable, NoJsonMetadata, InvalidKey, NotACloudEvent,
        EventNotRegistered, TopicTaken,
        HandlerCannotBeBuilt, InvalidHandler, HandlerTwice,
        InvalidConfiguration, NoTransport, UnknownScheme, InvalidOption, NotRunning, MissingFeature, TooLate, BusTwice, NotGenerated,
        UnknownGroup, OptionsDisagree,
        PublishRejected, PublishUnknown, GivenUp, AttemptsExhausted, UnknownType, TransportFailed,
        PublishBufferFull, AskedToRetry, NeverRetried, WaitedEnough, BreakerOpen, NoProgress, LoopEnded, CopyDoesNotFit, ForeignTransaction,
        SignalNameTaken, AsynchronousReceiver, BufferFull, AnonymousSignal,
        NotAnAldisDatabase, NewerSchema, FileNotWritable, EngineTooOld, DiskFull, DatabaseDamaged, DatabaseBusy, DatabaseFailed,
        LogFull, NotDurable, TargetExists, EventDamaged,
        Unroutable, LoginRefused, TlsRefused, TopologyDiffers, TopologyMissing, BrokerAway, PublishNacked, NotConfirmed,
        KafkaUnavailable, KafkaRefused, KafkaNotAcknowledged, KafkaTopicMissing, KafkaRecordTooLarge, KafkaGroupAtWork,
        SqsUnavailable, SqsRefused, SqsQueueMissing, SqsQueueDiffers, SqsNotStored, SqsMessageTooLarge, SqsUnroutable,
        PostgreSqlAway, PostgreSqlRefused, PostgreSqlNotInstalled, PostgreSqlNewerSchema, PostgreSqlFailed,
        ZeroMqLedgerMissing, ZeroMqCannotListen, ZeroMqKeyFile, ZeroMqPlainText, ZeroMqNotSettled,
        RowsNotApplied, RowRefused, RowsUnavailable, RowsForeignObject,
        SaveRefused,
    ];
}
