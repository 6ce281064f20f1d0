using Aldis.Transports.Tests.Kafka;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A password in a connection string of Kafka is in no text.</summary>
[Trait("Failure", "F44")]
public sealed class F44_KafkaPasswordTests
{
    private const string Canary = "canary-p4ssw0rd";

    [Theory]
    [InlineData("kafka://user:{0}@{1}")]
    [InlineData("kafka://user:{0}@{1}?mechanism=plain&tls=true")]
    [InlineData("kafka://user:{0}@{1}?partitions=many")]
    [InlineData("kafka://user:{0}@{1}?password={0}")]
    [InlineData("kafka://user:{0}")]
    [InlineData("kafkas://user:{0}@{1}")]
    [InlineData("{0}")]
    public async Task A_password_is_in_no_log_no_error_and_no_description(string uri)
    {
        using var cluster = new KafkaMock();
        var log = new WrittenLog();
        var texts = new List<string>();
        try
        {
            await using var bus = await EventBus.StartAsync(bus =>
            {
                bus.Loggers = log;
                bus.UseKafka(string.Format(null, uri, Canary, cluster.Servers));
            });
            texts.Add(bus.Describe().ToString() ?? "");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await bus.PublishAsync(new Noted("x"), cancel: patience.Token);
        }
        catch (Exception error)
        {
            texts.Add(error.ToString());
        }

        texts.AddRange(log.Texts);
        Figures.Print("F44", $"kafka: texts {texts.Count}, found {texts.Count(text => text.Contains(Canary, StringComparison.Ordinal))} (bound 0)");
        Assert.NotEmpty(texts);
        Assert.DoesNotContain(texts, text => text.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_as_text_have_no_password()
        => Assert.Equal("kafka://broker:9092", $"{new KafkaOptions { Servers = "broker:9092", UserName = "user", Password = Canary }}");
}
