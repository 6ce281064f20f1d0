using Aldis.Errors;

namespace Aldis;

/// <summary>Gathers faults, so that a user learns of all of them at once.</summary>
internal sealed class FaultList
{
    private readonly List<Fault> _faults = [];

    public void Add(IEnumerable<Fault> faults) => _faults.AddRange(faults);

    public void Add(Fault fault) => _faults.Add(fault);

    /// <summary>Runs what may find a fault.</summary>
    public void Collect(Action action)
    {
        try
        {
            action();
        }
        catch (ConfigurationException found)
        {
            _faults.AddRange(found.Faults);
        }
        catch (AldisException found)
        {
            _faults.Add(found.Fault);
        }
    }

    /// <summary>Throws if there is any.</summary>
    /// <exception cref="ConfigurationException">Everything that was found.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new ConfigurationException([.. _faults.Distinct()]);
        }
    }
}
