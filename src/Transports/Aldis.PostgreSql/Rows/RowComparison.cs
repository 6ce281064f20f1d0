namespace Aldis;

/// <summary>How the new value of a column has to stand to the old one.</summary>
public enum RowComparison
{
    /// <summary>It stays what it is; null is a value like another here.</summary>
    Same,

    /// <summary>It changes with every update.</summary>
    Different,

    /// <summary>It grows. A column that was null may become anything.</summary>
    Greater,

    /// <summary>It grows or stays. A column that was null may become anything.</summary>
    GreaterOrSame,

    /// <summary>It shrinks. A column that was null may become anything.</summary>
    Less,

    /// <summary>It shrinks or stays. A column that was null may become anything.</summary>
    LessOrSame,
}
