namespace Aldis.Signals;

/// <summary>The errors of a send that goes on after an error, in the order of the receivers. Costs nothing without one.</summary>
internal struct Failures
{
    private List<Exception>? _errors;

    /// <summary>Takes an error down, if there is one.</summary>
    public void Add(Exception? error)
    {
        if (error is not null)
        {
            (_errors ??= []).Add(error);
        }
    }

    public readonly void ThrowIfAny(object owner)
    {
        if (_errors is not null)
        {
            var who = _errors.Count == 1 ? "1 receiver" : $"{_errors.Count} receivers";
            throw new AggregateException($"{who} of {owner} failed; every receiver was called.", _errors);
        }
    }
}
