using System.Globalization;

namespace ResearchKit.Simulation;

/// <summary>A second run of a simulation did something else than the first: it is not deterministic, or its code, options or seed differ.</summary>
/// <param name="index">The place in the log, from 0.</param>
/// <param name="expected">The event of the first run, or null if it had ended.</param>
/// <param name="found">The event of the second run, or null if it has ended.</param>
public sealed class ReplayDivergedException(long index, SimulationEvent? expected, SimulationEvent? found)
    : ResearchKitException(
        ErrorCodes.ReplayDiverged,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The replay leaves the log at event {index}: {Show(expected)} was logged, {Show(found)} happened"
                + $"{(expected is not null && expected == found ? " with another detail" : "")}."
        ),
        "Compare code, options and seed of the two runs; where they are equal, look for state that depends on threads, on the clock or on the order of a dictionary."
    )
{
    /// <summary>The place in the log, from 0.</summary>
    public long Index { get; } = index;

    /// <summary>The event of the first run, or null if it had ended.</summary>
    public SimulationEvent? Expected { get; } = expected;

    /// <summary>The event of the second run, or null if it has ended.</summary>
    public SimulationEvent? Found { get; } = found;

    private static string Show(SimulationEvent? happened) => happened?.ToString() ?? "the end of the run";
}
