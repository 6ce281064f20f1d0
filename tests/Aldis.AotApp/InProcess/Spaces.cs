namespace Aldis.AotApp.InProcess;

/// <summary>Signals by name, and methods marked as their receivers, private ones too.</summary>
internal static class Spaces
{
    public static Task RunAsync()
    {
        var space = new SignalSpace();
        var sold = space.Get<Sale>("sales.sold");
        Check.True(ReferenceEquals(sold, space.Get<Sale>("sales.sold")));
        Check.True(ReferenceEquals(Signal.Named<Sale>("sales.sold"), SignalSpace.Default.Get<Sale>("sales.sold")));

        using (var board = new Board(space))
        {
            sold.Send("web", new Sale(1));
            sold.Send("counter", new Sale(2));
            Check.Lines(board.Lines, "from the web", "sold 1", "sold 2");
        }

        Check.True(!sold.HasReceiversFor("web"));
        return Task.CompletedTask;
    }

    internal sealed class Board : IDisposable
    {
        private readonly IDisposable _connections;

        public Board(SignalSpace space) => _connections = space.ConnectReceivers(this);

        public List<string> Lines { get; } = [];

        [Receives("sales.sold")]
        private void Show(Sale sale) => Lines.Add($"sold {sale.Number}");

        [Receives("sales.sold", Sender = "web", Priority = 1)]
        private void ShowFirst(Sale sale) => Lines.Add("from the web");

        public void Dispose() => _connections.Dispose();
    }
}
