namespace Aldis.Product.Tests.Snippets;

public sealed class ReceiverTests
{
    [Fact]
    public void Marked_methods_receive_until_their_object_is_disposed()
    {
        var placed = Signal.Named<OrderPlaced>("orders.placed");
        var board = new Board();
        placed.Send("web", new OrderPlaced("A-1", 1));
        board.Dispose();
        placed.Send("web", new OrderPlaced("A-2", 1));
        Assert.Equal(["A-1 from the web", "A-1"], board.Lines);
    }
}

internal sealed class Board : IDisposable
{
    private readonly IDisposable _connections;

    public Board() => _connections = SignalSpace.Default.ConnectReceivers(this);

    public List<string> Lines { get; } = [];

    [Receives("orders.placed")]
    private void Show(OrderPlaced order) => Lines.Add(order.Id);

    [Receives("orders.placed", Sender = "web", Priority = 1)]
    private void ShowFirst(OrderPlaced order) => Lines.Add($"{order.Id} from the web");

    public void Dispose() => _connections.Dispose();
}
