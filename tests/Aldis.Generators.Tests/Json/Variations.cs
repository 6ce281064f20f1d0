using System.Text.Json.Nodes;

namespace Aldis.Generators.Tests.Json;

/// <summary>JSON that is nearly the one given: without something, with something else in its place, in another order.</summary>
internal static class Variations
{
    private const int Count = 40;

    private static readonly string[] _strange = ["null", "0", "-1", "1.5", "\"\"", "\"x\"", "\"7\"", "true", "[]", "{}", "[null]", "[1,2]", "{\"a\":1}", "1e400"];

    public static IEnumerable<string> Of(string json, Random random)
    {
        yield return json;
        for (var round = 0; round < Count; round++)
        {
            var root = JsonNode.Parse(json);
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                root = Change(root, random);
            }

            yield return root?.ToJsonString() ?? "null";
        }
    }

    private static JsonNode? Change(JsonNode? root, Random random)
    {
        JsonNode[] inside = [.. Inside(root)];
        switch (inside.Length == 0 ? null : inside[random.Next(inside.Length)])
        {
            case JsonObject { Count: > 0 } some:
                Change(some, random);
                return root;
            case JsonArray { Count: > 0 } some:
                some[random.Next(some.Count)] = Strange(random);
                return root;
            case JsonArray some:
                some.Add(Strange(random));
                return root;
            case JsonObject some:
                some.Add("new", Strange(random));
                return root;
            default:
                return Strange(random);
        }
    }

    private static void Change(JsonObject some, Random random)
    {
        var (name, value) = some.ElementAt(random.Next(some.Count));
        switch (random.Next(5))
        {
            case 0:
                some.Remove(name);
                break;
            case 1:
                some.Remove(name);
                some.Add(name, value);
                break;
            case 2:
                some.Remove(name);
                some.TryAdd(name.ToUpperInvariant(), value);
                break;
            case 3:
                some["unknown"] = Strange(random);
                break;
            default:
                some[name] = Strange(random);
                break;
        }
    }

    private static JsonNode? Strange(Random random) => JsonNode.Parse(_strange[random.Next(_strange.Length)]);

    private static IEnumerable<JsonNode> Inside(JsonNode? node) => node switch
    {
        JsonObject some => [some, .. some.SelectMany(pair => Inside(pair.Value))],
        JsonArray some => [some, .. some.SelectMany(Inside)],
        _ => [],
    };
}
