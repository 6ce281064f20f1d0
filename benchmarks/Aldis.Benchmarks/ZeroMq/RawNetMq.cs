using System.Buffers.Binary;
using System.Diagnostics;
using Aldis.Events;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.Benchmarks.ZeroMq;

/// <summary>
/// PUSH and PULL by themselves, a thread for each. Each message has the bytes of the same events that Aldis sends in one, and is made anew, as a publisher has to; the receiver finds each event in it by its
/// length, and does no more.
/// </summary>
internal static class RawNetMq
{
    public const int BodyBytes = 1024;

    /// <summary>As large as a message of Aldis usually is.</summary>
    private const int MessageBytes = 64 * 1024;

    /// <summary>Events per second from the first that is sent until the last one is there.</summary>
    public static double Run(Envelope[] batch, int events)
    {
        using var push = new PushSocket();
        using var pull = new PullSocket();
        pull.Connect($"tcp://127.0.0.1:{push.BindRandomPort("tcp://127.0.0.1")}");
        var record = RecordOf(batch[0]);
        var start = Stopwatch.GetTimestamp();
        var sending = new Thread(() => Send(push, record, events));
        sending.Start();
        for (var received = 0; received < events;)
        {
            received += CountEvents(pull.ReceiveFrameBytes());
        }

        var rate = events / Stopwatch.GetElapsedTime(start).TotalSeconds;
        sending.Join();
        return rate;
    }

    private static void Send(PushSocket push, byte[] record, int events)
    {
        var together = MessageBytes / record.Length;
        for (var sent = 0; sent < events; sent += together)
        {
            var count = Math.Min(together, events - sent);
            var message = new byte[count * record.Length];
            for (var index = 0; index < count; index++)
            {
                record.CopyTo(message, index * record.Length);
            }

            push.SendFrame(message);
        }
    }

    private static int CountEvents(ReadOnlySpan<byte> message)
    {
        var count = 0;
        for (; message.Length > 0; count++)
        {
            message = message[(4 + BinaryPrimitives.ReadInt32BigEndian(message))..];
        }

        return count;
    }

    /// <summary>The length of the event, and as many bytes as it has on the wire.</summary>
    private static byte[] RecordOf(Envelope envelope)
    {
        const int Fixed = 16 + 8 + 4 * 2 + 2;
        var record = new byte[4 + Fixed + envelope.Type.Length + envelope.Source.Length + envelope.ContentType.Length + envelope.Body.Length];
        BinaryPrimitives.WriteInt32BigEndian(record, record.Length - 4);
        return record;
    }
}
