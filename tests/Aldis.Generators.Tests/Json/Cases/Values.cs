namespace Aldis.Generators.Tests.Json.Cases;

internal static class Scalars
{
    public const string Source = """
        namespace Scalar;

        public class All
        {
            public bool Bool { get; set; } = true;
            public byte Byte { get; set; } = 1;
            public sbyte SByte { get; set; } = -1;
            public short Short { get; set; } = -2;
            public ushort UShort { get; set; } = 2;
            public int Int { get; set; } = int.MinValue;
            public uint UInt { get; set; } = uint.MaxValue;
            public long Long { get; set; } = long.MinValue;
            public ulong ULong { get; set; } = ulong.MaxValue;
            public Int128 Int128 { get; set; } = System.Int128.MaxValue;
            public UInt128 UInt128 { get; set; } = System.UInt128.MaxValue;
            public Half Half { get; set; } = (Half)1.5;
            public float Float { get; set; } = 0.1f;
            public double Double { get; set; } = 1e-300;
            public decimal Decimal { get; set; } = 79228162514264337593543950335m;
            public char Char { get; set; } = 'é';
            public string String { get; set; } = "text \u2028 <>&'\"";
            public DateTime DateTime { get; set; } = new(2026, 2, 3, 4, 5, 6, 7, DateTimeKind.Utc);
            public DateTimeOffset Offset { get; set; } = new(2026, 2, 3, 4, 5, 6, TimeSpan.FromMinutes(-90));
            public DateOnly Date { get; set; } = new(2026, 12, 31);
            public TimeOnly Time { get; set; } = new(23, 59, 58, 999);
            public TimeSpan Span { get; set; } = TimeSpan.FromTicks(-123456789012);
            public Guid Guid { get; set; } = new("01234567-89ab-cdef-0123-456789abcdef");
            public Uri Uri { get; set; } = new("relative/path?x=1", UriKind.Relative);
            public Version Version { get; set; } = new(1, 2, 3, 4);
            public byte[] Bytes { get; set; } = [0, 255, 16];
            public Memory<byte> Memory { get; set; } = new byte[] { 1, 2 };
            public ReadOnlyMemory<byte> ReadOnly { get; set; } = new byte[] { 3 };
            public JsonElement Element { get; set; } = JsonDocument.Parse("{\"a\":[1,null]}").RootElement;
            public JsonNode? Node { get; set; } = JsonNode.Parse("[true]");
            public JsonObject? Object { get; set; } = new() { ["k"] = "v" };
            public JsonArray? Array { get; set; } = [1, "two"];
            public JsonValue? Value { get; set; } = JsonValue.Create(3);
            public object? Anything { get; set; }
            public dynamic? Dynamic { get; set; }
        }

        public enum Plain { None, One, Two = 7 }

        [Flags] public enum Small : byte { A = 1, B = 2, C = 128 }

        [JsonConverter(typeof(JsonStringEnumConverter<Worded>))] public enum Worded { First, [JsonStringEnumMemberName("the second")] Second }

        [JsonConverter(typeof(JsonStringEnumConverter))] public enum WordedOld { Up, Down }

        public record Enums(Plain Plain, Small Small, Worded Worded, WordedOld Old, Plain? Maybe, Worded? MaybeWorded, Dictionary<Plain, Worded> Table, List<WordedOld?> List)
        {
            [JsonConverter(typeof(JsonStringEnumConverter<Plain>))] public Plain Here { get; init; } = Plain.Two;
            [JsonConverter(typeof(JsonStringEnumConverter))] public Plain? There { get; init; } = Plain.One;
        }

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(All), new All()), (typeof(All), new All { Node = null, Object = null, Array = null, Value = null, Dynamic = true }),
                (typeof(Enums), new Enums(Plain.One, Small.A | Small.C, Worded.Second, WordedOld.Down, null, null, new() { [Plain.Two] = Worded.First }, [WordedOld.Up, null])),
                (typeof(Enums), new Enums((Plain)99, 0, (Worded)5, default, Plain.Two, Worded.Second, [], [])),
                (typeof(int), 5), (typeof(string), "text"), (typeof(Plain), Plain.Two), (typeof(int?), 7),
            ];
        }
        """;
}
