using Aldis.Generators.Analyzers;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class TopicTests
{
    [Fact]
    public Task Two_events_of_one_topic_and_version_are_an_error() => Check.ReportsAsync<TopicAnalyzer>("ALD9007", """
        [Event("payments.made")] record PaymentMade;
        [Event("payments.made")] record [|PaymentDone|];
        [Event] record StockMoved;
        [Event("stock-moved")] record [|Moved|];
        """);

    [Fact]
    public Task A_version_counts_as_it_is_on_the_wire() => Check.ReportsAsync<TopicAnalyzer>("ALD9007", """
        [Event("payments", Version = 2)] record Second;
        [Event("payments.v2")] record [|First|];
        """);

    [Fact]
    public Task Other_versions_and_topics_are_others() => Check.IsSilentAsync<TopicAnalyzer>("""
        [Event("payments")] record First;
        [Event("payments", Version = 2)] record Second;
        [Event("Payments")] record Upper;
        [Event] record Changed<T>;
        [Event] record Changed;
        [Event("moved")] record Old;
        [Event("moved")] record New;

        static class Setup
        {
            public static void Add(EventBusBuilder bus) => bus.AddEvent<New>("moved.again");
        }
        """);
}
