namespace Aldis.Signals;

/// <summary>
/// What a lambda answers that only throws: a type without values. The overloads that take it exist because the compiler would
/// otherwise take <c>_ =&gt; throw …</c> for an asynchronous receiver.
/// </summary>
public sealed class Nothing
{
    private Nothing()
    {
    }
}
