using System.Runtime.InteropServices;
using Aldis.Errors;
using Confluent.Kafka;
using KafkaError = Confluent.Kafka.Error;
using KafkaErrorCode = Confluent.Kafka.ErrorCode;

namespace Aldis.Kafka;

/// <summary>
/// Reads partitions into an intake, on a thread of its own: the consumer of Kafka blocks, and must be asked again and again or it is taken for dead. Where there is
/// no room, it lets the partitions rest and goes on asking. What a group and a private group do differently is in the classes derived from it.
/// </summary>
internal abstract class Reader
{
    /// <summary>How long to wait for a record, or for room.</summary>
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(100);

    /// <summary>For how many steps without room the partitions are left as they are: what was fetched of one that is paused is fetched again.</summary>
    private const int Patience = 10;

    /// <summary>How many records are taken at most before anybody is woken. There may be so many more than there is room for.</summary>
    private const int Together = 128;

    /// <summary>For how long a member that ends tries to take its leave. The client itself waits for brokers that are silent without end.</summary>
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(10);

    /// <summary>After how long without a record the brokers are asked: as often as the group sends its heartbeats.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(3);

    /// <summary>For how long they may leave it unanswered.</summary>
    private static readonly TimeSpan _doubt = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConsumer<byte[], byte[]>? _consumer;
    private Thread? _thread;
    private readonly object _stopping = new();
    private volatile bool _isStopping;
    private bool _isDown;
    private bool _isResting;
    private bool _isHoldingBack;
    private int _stepsWithoutRoom;
    private long _probedAt;
    private long _heardAt = TimeProvider.System.GetTimestamp();

    protected Reader(Cluster cluster, Intake intake, string group) => (Cluster, Intake, Group) = (cluster, intake, group);

    protected Cluster Cluster { get; }

    protected Intake Intake { get; }

    /// <summary>The consumer group, or what stands for it in the log.</summary>
    protected string Group { get; }

    /// <summary>The topics that are read.</summary>
    protected abstract string MainTopic { get; }

    protected bool IsStopping => _isStopping;

    /// <summary>Whether partitions have come of which it is not settled yet whether they rest. Set on the reader's thread.</summary>
    protected bool HasNewPartitions { get; set; }

    /// <summary>The consumer's handle in the library, for offsets with notes; null before it runs.</summary>
    public SafeHandle? Handle => _consumer is { } consumer ? Librdkafka.Of(consumer.Handle) : null;

    /// <summary>Told when something is settled. Any thread.</summary>
    public virtual void CommitProgress()
    {
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"Aldis Kafka {Group}" };
        _thread.Start();
    }

    /// <summary>Ends the reading, and with it the membership. Where nobody takes the leave, the brokers find out when the session is over.</summary>
    public async ValueTask StopAsync()
    {
        lock (_stopping)
        {
            _isStopping = true;
            Monitor.PulseAll(_stopping);
        }

        if (_thread is not null)
        {
            try
            {
                await _ended.Task.WaitAsync(_farewell, TimeProvider.System).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Cluster.Log.NotLeft(Group);
            }
        }
    }

    /// <summary>Makes the consumer.</summary>
    protected abstract IConsumer<byte[], byte[]> Build(Func<ConsumerConfig, ConsumerBuilder<byte[], byte[]>> builder);

    /// <summary>Says what is to be read.</summary>
    protected abstract void Begin(IConsumer<byte[], byte[]> consumer);

    /// <summary>What is done now and then.</summary>
    protected abstract void Tend(IConsumer<byte[], byte[]> consumer);

    /// <summary>What is done before the consumer is closed.</summary>
    protected abstract void End(IConsumer<byte[], byte[]> consumer);

    /// <summary>Which attempt a record is, and when it may be handed out.</summary>
    protected abstract (int Attempt, DateTimeOffset? Due) Look(ConsumeResult<byte[], byte[]> record);

    private void Run()
    {
        while (!_isStopping)
        {
            try
            {
                ReadToEnd();
            }
            catch (Exception error)
            {
                // Whatever it is, the process must not end for it, and the group must not stand still unseen.
                Trouble(error is KafkaException failed ? KafkaFault.Explain($"'{Group}' cannot be read.", failed)
                    : new TransportException(new Fault(ErrorCodes.KafkaUnavailable, $"'{Group}' cannot be read.", error.Message), inner: error));
                WaitBeforeNext();
            }
        }

        _ended.SetResult();
    }

    /// <summary>A consumer that has failed for good is made anew, but not at once.</summary>
    private void WaitBeforeNext()
    {
        lock (_stopping)
        {
            if (!_isStopping)
            {
                Monitor.Wait(_stopping, Patience * _step);
            }
        }
    }

    private void ReadToEnd()
    {
        using var consumer = Build(config => Cluster.Consumer(config, Group).SetErrorHandler(Told));
        _consumer = consumer;
        (_isResting, _isHoldingBack, _stepsWithoutRoom) = (false, false, 0);
        try
        {
            Begin(consumer);
            while (!_isStopping)
            {
                Step(consumer);
                Tend(consumer);
            }

            End(consumer);
        }
        finally
        {
            Close(consumer);
        }
    }

    private void Close(IConsumer<byte[], byte[]> consumer)
    {
        _consumer = null;
        try
        {
            consumer.Close();
        }
        catch (KafkaException error)
        {
            Cluster.Log.CommitFailed(Group, error.Error.Code.ToString());
        }
    }

    private void Step(IConsumer<byte[], byte[]> consumer)
    {
        if (_isDown || TimeProvider.System.GetElapsedTime(_heardAt) > _silence)
        {
            Probe();
        }

        if (!_isResting && !Intake.AwaitRoom(_step))
        {
            _stepsWithoutRoom++;
            if (_stepsWithoutRoom < Patience)
            {
                return;
            }
        }
        else
        {
            _stepsWithoutRoom = 0;
        }

        Rest(consumer);
        Read(consumer);
    }

    /// <summary>Lets partitions rest while there is no room, and goes on with them when there is.</summary>
    private void Rest(IConsumer<byte[], byte[]> consumer)
    {
        if (_stepsWithoutRoom >= Patience || (_isResting && HasNewPartitions))
        {
            consumer.Pause(consumer.Assignment);
            _isResting = true;
            _stepsWithoutRoom = 0;
        }
        else if (HasNewPartitions || (_isResting && Intake.AwaitRoom(TimeSpan.Zero)))
        {
            // A partition that was here before may still rest.
            consumer.Resume(consumer.Assignment);
            (_isResting, _isHoldingBack) = (false, false);
        }

        HoldBack(consumer);
        HasNewPartitions = false;
    }

    /// <summary>Retries that wait for their time are bounded: while there are too many, no more of them are read.</summary>
    private void HoldBack(IConsumer<byte[], byte[]> consumer)
    {
        var tooMany = Intake.Waiting > (_isHoldingBack ? Cluster.Options.MaxWaiting / 2 : Cluster.Options.MaxWaiting);
        if (_isResting || tooMany == _isHoldingBack)
        {
            return;
        }

        var retries = consumer.Assignment.Where(partition => partition.Topic != MainTopic).ToList();
        _isHoldingBack = tooMany;
        if (tooMany)
        {
            consumer.Pause(retries);
        }
        else
        {
            consumer.Resume(retries);
        }
    }

    /// <summary>Waits for a record, and takes with it what is there already: whoever waits is woken once for all of it.</summary>
    private void Read(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            var left = Together;
            for (var patience = _step; left > 0 && consumer.Consume(patience) is { IsPartitionEOF: false } record; patience = TimeSpan.Zero)
            {
                var (attempt, due) = Look(record);
                Intake.Take(record, attempt, due);
                left--;
            }

            if (left < Together)
            {
                _heardAt = TimeProvider.System.GetTimestamp();
                Intake.Tell();
                Works();
            }
        }
        catch (ConsumeException error) when (!error.Error.IsFatal)
        {
            Intake.Tell();
            if (error.Error.Code != KafkaErrorCode.Local_MaxPollExceeded)
            {
                Trouble(KafkaFault.Explain($"'{Group}' cannot be read.", error));
            }
        }
    }

    /// <summary>
    /// The client tells late that it reaches nobody, and nothing when it does again; and where each of several brokers is given up and tried again at times of its own, it may
    /// not tell at all. So they are asked.
    /// </summary>
    private void Probe()
    {
        if (_probedAt != 0 && TimeProvider.System.GetElapsedTime(_probedAt) < TimeSpan.FromMilliseconds(500))
        {
            return;
        }

        _probedAt = TimeProvider.System.GetTimestamp();
        try
        {
            var answer = Cluster.Ask(MainTopic, TimeSpan.FromMilliseconds(500));
            _heardAt = TimeProvider.System.GetTimestamp();
            if (answer is not { Error.IsError: true })
            {
                Works();
            }
        }
        catch (KafkaException error)
        {
            if (TimeProvider.System.GetElapsedTime(_heardAt) > _doubt)
            {
                Trouble(KafkaFault.Explain($"'{Group}' cannot be read.", Cluster.Refusal ?? error.Error, inner: error));
            }
        }
    }

    private void Told(IConsumer<byte[], byte[]> consumer, KafkaError error)
    {
        Cluster.Told(error);
        if (error.Code == KafkaErrorCode.Local_AllBrokersDown || KafkaFault.IsRefusal(error.Code))
        {
            Trouble(KafkaFault.Explain($"'{Group}' cannot be read.", Cluster.Refusal ?? error));
        }
    }

    private void Trouble(TransportException error)
    {
        if (!_isDown)
        {
            Cluster.Log.ConsumerInTrouble(Group, error);
        }

        _isDown = true;
        Intake.Trouble = error;
    }

    private void Works()
    {
        if (_isDown)
        {
            _isDown = false;
            Intake.Trouble = null;
            Cluster.Log.ConsumerWorks(Group);
        }
    }
}
