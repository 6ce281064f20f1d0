using Aldis.Errors;

namespace Aldis.Sqs;

/// <summary>What must hold of the options, each rule in one place.</summary>
internal static class OptionRules
{
    public static IEnumerable<Fault> Check(SqsOptions options) => Texts(options).Concat(options.Topology.Validate()).Concat(Numbers(options)).Concat(Spans(options));

    private static IEnumerable<Fault> Texts(SqsOptions options)
    {
        if (options.Region is { } region && (region.Length is 0 or > 40 || !region.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')))
        {
            yield return Wrong("SqsOptions.Region is not the name of a region.", "It has letters, digits and '-', as eu-central-1 has.");
        }

        if (options.Endpoint is { } endpoint && (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0))
        {
            yield return Wrong("SqsOptions.Endpoint is not the address of a service.", "It has the form https://host:port, without a user.");
        }

        if (!Enum.IsDefined(options.WhenUnroutable))
        {
            yield return Wrong($"SqsOptions.WhenUnroutable is {options.WhenUnroutable}.", "There is no such choice.");
        }
    }

    private static IEnumerable<Fault> Numbers(SqsOptions options)
    {
        foreach (var (name, value, least, most) in new[]
                 {
                     (nameof(options.MaxReceives), options.MaxReceives, 1, 64), (nameof(options.MaxPublishes), options.MaxPublishes, 1, 64),
                     (nameof(options.MaxMessageBytes), options.MaxMessageBytes, 128 * 1024, 1024 * 1024),
                 })
        {
            if (value < least || value > most)
            {
                yield return Wrong($"SqsOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }
    }

    private static IEnumerable<Fault> Spans(SqsOptions options)
    {
        foreach (var (name, value, least, most) in new[]
                 {
                     (nameof(options.Visibility), options.Visibility, TimeSpan.FromSeconds(2), TimeSpan.FromHours(11)),
                     (nameof(options.LongPoll), options.LongPoll, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)),
                     (nameof(options.PublishTimeout), options.PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
                     (nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
                     (nameof(options.Refresh), options.Refresh, TimeSpan.Zero, TimeSpan.FromHours(1)),
                 })
        {
            if (value < least || value > most)
            {
                yield return Wrong($"SqsOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }

        if (options.Visibility <= options.LongPoll)
        {
            yield return Wrong($"SqsOptions.Visibility is {options.Visibility}, and LongPoll {options.LongPoll}.", "From the beginning of a request on, what it brings has to stay hidden for longer than SQS may wait for it.");
        }
    }

    private static Fault Wrong(string what, string why) => new(ErrorCodes.InvalidOption, what, why);
}
