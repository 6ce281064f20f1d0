using Aldis.Errors;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Tests.Transports;

public sealed class TransportChoiceTests
{
    [Fact]
    public async Task A_connection_uri_chooses_the_transport()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseConnection("memory:"), BusStage.Cancel);
        Assert.StartsWith("transport aldis: InMemory", bus.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_case_of_a_scheme_does_not_matter()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseConnection("Memory:"), BusStage.Cancel);
        Assert.Empty(bus.Troubles);
    }

    [Fact]
    public async Task The_code_wins_over_the_uri()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseConnection("nonsense:").UseInMemory(), BusStage.Cancel);
        Assert.Empty(bus.Troubles);
    }

    [Fact]
    public async Task The_last_transport_used_counts()
    {
        var opened = new List<string>();
        await using var bus = await EventBus.StartAsync(bus => bus.UseTransport(_ => Open("first")).UseTransport(_ => Open("second")), BusStage.Cancel);
        Assert.Equal(["second"], opened);

        InMemoryTransport Open(string name)
        {
            opened.Add(name);
            return new InMemoryTransport(new InMemoryOptions(), TimeProvider.System);
        }
    }

    [Fact]
    public async Task An_accepted_scheme_gets_the_whole_uri_and_the_context()
    {
        (string Uri, TransportContext Context)? given = null;
        var (time, logs) = (new Clock(), new RecordedLogs());
        await using var bus = await EventBus.StartAsync(
            bus =>
            {
                (bus.Time, bus.Loggers) = (time, logs);
                bus.AcceptTransport(new TransportScheme("pigeon", "pigeon://loft", Open)).UseConnection("pigeon://loft/7?speed=slow");
            },
            BusStage.Cancel);
        Assert.Equal(("pigeon://loft/7?speed=slow", time), (given!.Value.Uri, given.Value.Context.Time));
        given.Value.Context.Loggers.CreateLogger("Pigeon").Log(LogLevel.Information, default, "The pigeon is off.", null, static (text, _) => text);
        Assert.Contains(logs.Of("Pigeon"), entry => entry.Text == "The pigeon is off.");

        InMemoryTransport Open(string uri, TransportContext context)
        {
            given = (uri, context);
            return new InMemoryTransport(new InMemoryOptions(), context.Time);
        }
    }

    [Fact]
    public async Task No_transport_is_a_fault_that_names_the_line_to_add()
    {
        var error = await RefusalAsync(_ => { });
        Assert.Equal("ALD1302", error.Code);
        Assert.Contains("UseInMemory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memry:", "memory")]
    [InlineData("sqllite:events.db", "sqlite")]
    [InlineData("amqps://host", "amqp")]
    public async Task An_unknown_scheme_is_told_the_nearest(string uri, string nearest)
    {
        var error = await RefusalAsync(bus => Accepting(bus).UseConnection(uri));
        Assert.Equal("ALD1303", error.Code);
        Assert.Contains($"The nearest is '{nearest}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("memory:, sqlite:events.db", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rabbit://admin:sesame@host/events")]
    [InlineData("sesame")]
    [InlineData("sesame/with:colon")]
    [InlineData("Password=sesame;Host=db")]
    [InlineData("user=admin sesame:1")]
    [InlineData("://sesame")]
    [InlineData("x\r\nsesame:")]
    public async Task No_part_of_a_uri_that_may_be_secret_is_shown(string uri)
    {
        var error = await RefusalAsync(bus => bus.UseConnection(uri));
        Assert.Equal("ALD1303", error.Code);
        Assert.DoesNotContain("sesame", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public async Task The_faults_of_a_transports_options_are_listed_with_the_others()
    {
        var error = await RefusalAsync(bus => bus.UseInMemory(new InMemoryOptions { Capacity = 0 }).AddEvent<OrderPlaced>("not valid"));
        Assert.Equal(["ALD1001", "ALD1304"], error.Faults.Select(fault => fault.Code.Id));
    }

    private static Task<ConfigurationException> RefusalAsync(Action<EventBusBuilder> configure)
        => Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(configure, BusStage.Cancel));

    private static EventBusBuilder Accepting(EventBusBuilder bus) => bus
        .AcceptTransport(new TransportScheme("sqlite", "sqlite:events.db", (_, _) => throw new InvalidOperationException()))
        .AcceptTransport(new TransportScheme("amqp", "amqp://host", (_, _) => throw new InvalidOperationException()));
}
