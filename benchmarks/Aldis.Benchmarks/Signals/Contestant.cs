namespace Aldis.Benchmarks.Signals;

/// <summary>The contestants, as they are called in the names of figures.</summary>
internal static class Contestant
{
    public const string Aldis = "aldis";
    public const string CSharpEvent = "csharp_event";
    public const string Rx = "rx";
    public const string R3 = "r3";
    public const string MvvmWeak = "mvvm_weak";
    public const string MvvmStrong = "mvvm_strong";
    public const string Mediator = "mediator";

    /// <summary>In the order in which they are printed.</summary>
    public static IReadOnlyList<string> All { get; } = [Aldis, CSharpEvent, Rx, R3, MvvmWeak, MvvmStrong, Mediator];
}
