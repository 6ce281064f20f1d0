#:project ../src/Aldis

// A topic inside the process: those who send and those who receive know the signal, and not each other.
//   dotnet run samples/03-topic.cs

using Aldis;

// A receiver may come before anybody sends: the name of the signal is all that both sides share.
var created = Signal.Named<SelfWatchCreated>("self-watch.init");
var count = 0;
using var counting = created.Connect(_ => count++);

var first = new SelfWatch();
var second = new SelfWatch();       // tells the first
_ = new SelfWatch();                // tells the first and the second, in the order in which they connected
Console.WriteLine($"{count} were made");

// A receiver may want the events of one sender only.
var called = Signal.Named<SelfWatchCalled>("self-watch.called");
using var listening = called.Connect(call => Console.WriteLine($"{call.Caller} called: {call.Words}"), sender: first);
first.Call("here I am");
second.Call("nobody hears this");

// A sender can know that nobody listens, and spare itself the event.
Console.WriteLine($"Does anybody listen to {first}? {called.HasReceiversFor(first)}");
Console.WriteLine($"Does anybody listen to {second}? {called.HasReceiversFor(second)}");

/// <summary>An instance was made. The event is an object and carries what its receivers may want to know.</summary>
public sealed record SelfWatchCreated(SelfWatch Instance);

public sealed record SelfWatchCalled(SelfWatch Caller, string Words);

/// <summary>Each new instance tells its older siblings, none of which it knows.</summary>
public sealed class SelfWatch
{
    private static readonly Signal<SelfWatchCreated> _created = Signal.Named<SelfWatchCreated>("self-watch.init");
    private static readonly Signal<SelfWatchCalled> _called = Signal.Named<SelfWatchCalled>("self-watch.called");
    private static int _last;
    private readonly int _number = Interlocked.Increment(ref _last);

    public SelfWatch()
    {
        _created.Send(this, new SelfWatchCreated(this));
        _ = _created.Connect(Receive);      // only now, so that none is told of itself
    }

    public void Call(string words) => _called.Send(this, new SelfWatchCalled(this, words));

    public override string ToString() => $"<SelfWatch: {_number}>";

    private void Receive(SelfWatchCreated created) => Console.WriteLine($"{this}: received event from {created.Instance}");
}
