namespace ResearchKit.Metrics;

/// <summary>When a logged curve first reaches a target: time to accuracy, bytes to accuracy.</summary>
public static class TimeToTarget
{
    /// <summary>The time of the first logged point at or beyond the target.</summary>
    /// <param name="times">When the values were logged (or bytes, or rounds), ascending; equal ones allowed.</param>
    /// <param name="values">The logged values; NaN, a value that was not measured, reaches nothing.</param>
    /// <param name="target">The target.</param>
    /// <param name="interpolate">
    /// Whether the crossing is placed linearly between the first point that reaches the target and the one before it that has a value. False by default: nothing is
    /// claimed about times at which nothing was logged.
    /// </param>
    /// <param name="falling">Whether the curve must fall to the target (a loss) instead of rising to it (an accuracy).</param>
    /// <returns>The time, or null if the target is never reached.</returns>
    /// <exception cref="ArgumentException">The lengths differ, the times are not ascending, or a time or the target is NaN.</exception>
    public static double? First(
        ReadOnlySpan<double> times,
        ReadOnlySpan<double> values,
        double target,
        bool interpolate = false,
        bool falling = false
    )
    {
        if (times.Length != values.Length || double.IsNaN(target))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{times.Length} times, {values.Length} values, target {target}: as many, and a number."),
                nameof(values)
            );
        }

        for (int i = 0; i < times.Length; i++)
        {
            if (double.IsNaN(times[i]) || (i > 0 && times[i] < times[i - 1]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The time {times[i]} at index {i} is not in order."),
                    nameof(times)
                );
            }
        }

        int before = -1;
        for (int i = 0; i < times.Length; i++)
        {
            if (falling ? values[i] <= target : values[i] >= target)
            {
                return interpolate && before >= 0
                    ? times[before] + ((times[i] - times[before]) * ((target - values[before]) / (values[i] - values[before])))
                    : times[i];
            }

            before = double.IsNaN(values[i]) ? before : i;
        }

        return null;
    }
}
