namespace Aldis.Generators.Tests;
public sealed class Placeholder { [Fact] public void Runs() { } }
