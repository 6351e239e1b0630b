namespace ResearchKit.Metrics;

/// <summary>A measured value with its interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">The lower end of the interval; equal to the value where there is none.</param>
/// <param name="High">The upper end of the interval; equal to the value where there is none.</param>
/// <param name="Level">The level of the interval, for example 0.95; 0 where there is none.</param>
/// <param name="Seeds">The number of seeds (units of resampling) behind it.</param>
/// <param name="Method">How the interval was made.</param>
public readonly record struct Estimate(double Value, double Low, double High, double Level, int Seeds, IntervalMethod Method);

/// <summary>How an interval was made.</summary>
public enum IntervalMethod
{
    /// <summary>There is none: one seed, or no spread over seeds.</summary>
    None,

    /// <summary>The value takes no seed.</summary>
    Deterministic,

    /// <summary>Student t over seeds.</summary>
    StudentT,

    /// <summary>Student t over seeds, on the log scale.</summary>
    StudentTLog,

    /// <summary>Bias-corrected and accelerated bootstrap over seeds.</summary>
    Bca,

    /// <summary>Bootstrap over seeds, then over blocks of rows within a seed.</summary>
    TwoLevelBootstrap,

    /// <summary>Wilson's score interval of a proportion.</summary>
    Wilson,

    /// <summary>Newcombe's interval of a difference of proportions.</summary>
    Newcombe,
}
