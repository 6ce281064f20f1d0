using Aldis.Generators.Analyzers;
using Aldis.Generators.CodeFixes;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class MutableEventTests
{
    [Fact]
    public Task What_can_be_set_later_is_warned_of() => Check.ReportsAsync<MutableEventAnalyzer>("ALD9012", """
        [Event]
        public record Moved(int From)
        {
            public int [|To|] { get; set; }

            internal string [|Why|] { get { return ""; } set { } }

            public int [|Count|];
        }

        [Event]
        public record struct Stood(int [|At|]);
        """);

    [Fact]
    public Task What_is_set_once_and_what_is_no_event_is_right() => Check.IsSilentAsync<MutableEventAnalyzer>("""
        [Event]
        public record Moved(int From)
        {
            public const int Most = 3;

            public static int Seen { get; set; }

            public int To { get; init; }

            public int Length => To - From;

            public int Known { get; private set; }

            private int _count;
        }

        [Event]
        public readonly record struct Stood(int At);

        public class Draft
        {
            public int To { get; set; }
        }
        """);

    [Fact]
    public Task The_fix_writes_init() => Check.FixesAsync<MutableEventAnalyzer, MutableEventFix>("Write 'init' for 'set'", """
        [Event]
        public record Moved
        {
            // Where to.
            public int To { get; set; }

            public int From { get => 1; set => Console.WriteLine(value); }
        }
        """, """
        [Event]
        public record Moved
        {
            // Where to.
            public int To { get; init; }

            public int From { get => 1; init => Console.WriteLine(value); }
        }
        """);

    [Fact]
    public Task The_fix_makes_a_property_of_a_field() => Check.FixesAsync<MutableEventAnalyzer, MutableEventFix>("Make it a property with 'init'", """
        [Event]
        public record Moved
        {
            // How many.
            public int Count = 1;

            public string? Why;
        }
        """, """
        [Event]
        public record Moved
        {
            // How many.
            public int Count { get; init; } = 1;

            public string? Why { get; init; }
        }
        """);

    [Fact]
    public Task The_fix_makes_a_record_struct_readonly() => Check.FixesAsync<MutableEventAnalyzer, MutableEventFix>("Make the record struct readonly", """
        [Event]
        public record struct Stood(int At, int For);
        """, """
        [Event]
        public readonly record struct Stood(int At, int For);
        """);

    [Fact]
    public Task The_fix_makes_a_record_of_a_class_of_data() => Check.FixesAsync<MutableEventAnalyzer, MutableEventFix>("Make the class a record", """
        [Event]
        public sealed class Moved
        {
            public int From { get; set; }

            public int To { get; set; } = 1;
        }
        """, """
        [Event]
        public sealed record Moved
        {
            public int From { get; init; }

            public int To { get; init; } = 1;
        }
        """);

    [Fact]
    public async Task A_class_that_does_more_stays_a_class() => Assert.Equal(["Write 'init' for 'set'"], await Check.TitlesAsync<MutableEventAnalyzer, MutableEventFix>("""
        [Event]
        public sealed class Moved
        {
            public int From { get; set; }

            public override bool Equals(object? other) => ReferenceEquals(this, other);

            public override int GetHashCode() => 1;
        }
        """));
}
