using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.Sqs;
using Amazon.Runtime;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A secret key is in no text, nor is what somebody has written into a connection string.</summary>
[Trait("Failure", "F44")]
public sealed class F44_SqsSecretTests
{
    private const string Canary = "canary-s3cret-k3y-1f7b";

    [Theory]
    [InlineData("sqs://us-east-1?endpoint={1}")]
    [InlineData("sqs://us-east-1?endpoint=http%3A%2F%2F127.0.0.1%3A1")]
    [InlineData("sqs://user:{0}@us-east-1")]
    [InlineData("sqs://us-east-1?secret={0}")]
    [InlineData("sqs://us-east-1?fifo={0}")]
    [InlineData("sqs://us-east-1?endpoint=http://user:{0}@127.0.0.1")]
    [InlineData("sqs:{0}")]
    [InlineData("squs://{0}")]
    public async Task A_secret_is_in_no_log_no_error_and_no_description(string form)
    {
        Assert.SkipUnless(SqsServer.CanStart, SqsServer.Missing);
        var uri = string.Format(null, form, Canary, Uri.EscapeDataString((await Queues.SharedAsync()).Endpoint ?? "http://127.0.0.1:1"));
        var log = new WrittenLog();
        var texts = new List<string>();
        foreach (var accepts in new[] { false, true })
        {
            SqsOptions Change(SqsOptions options)
            {
                options = options with { Credentials = new BasicAWSCredentials("canary-id", Canary), PublishTimeout = TimeSpan.FromMilliseconds(500) };
                texts.Add($"{options} {string.Join(' ', options.Validate())}");
                return options;
            }

            try
            {
                await using var bus = await EventBus.StartAsync(bus =>
                {
                    bus.Loggers = log;
                    bus = accepts ? bus.AcceptSqs(Change).UseConnection(uri) : bus.UseSqs(uri, Change);
                });
                texts.Add(bus.Describe() + bus.DescribeJson());
                await bus.PublishAsync(new Noted("x"));
            }
            catch (Exception error)
            {
                texts.Add(error.ToString());
            }
        }

        texts.AddRange(log.Texts);
        Figures.Print("F44", $"sqs: texts {texts.Count}, found {texts.Count(text => text.Contains(Canary, StringComparison.Ordinal))} (bound 0)");
        Assert.NotEmpty(texts);
        Assert.DoesNotContain(texts, text => text.Contains(Canary, StringComparison.Ordinal));
    }
}
