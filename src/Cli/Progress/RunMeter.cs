using System.Globalization;
using System.Reflection;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>How far one run is.</summary>
internal sealed class RunMeter(ExperimentInfo experiment, int cells, int missing, TimeProvider clock)
{
    private readonly long started = clock.GetTimestamp();
    private int ended;
    private int failed;
    private string lastValue = "";

    internal ExperimentInfo Experiment => experiment;

    /// <summary>All cells of the plan.</summary>
    internal int Cells => cells;

    /// <summary>Cells that are done, failed or skipped, those of earlier sessions included.</summary>
    internal int Ended => cells - missing + Volatile.Read(ref ended);

    internal int Failed => Volatile.Read(ref failed);

    internal TimeSpan Elapsed => clock.GetElapsedTime(started);

    /// <summary>The newest measured number, as <c>LatencyMs = 12.5</c>.</summary>
    internal string LastValue => Volatile.Read(ref lastValue);

    /// <summary>How much longer by the pace so far; null before the first cell ended.</summary>
    internal TimeSpan? Remaining =>
        Volatile.Read(ref ended) is > 0 and int done ? Elapsed * ((double)Math.Max(missing - done, 0) / done) : null;

    internal void CellEnded(CellResult result)
    {
        Interlocked.Increment(ref ended);
        if (result.State == CellState.Failed)
        {
            Interlocked.Increment(ref failed);
        }
    }

    /// <summary>Remembers the first floating-point value of a row: papers put the measure before its companions.</summary>
    internal void RowMeasured(object row)
    {
        PropertyInfo? property = row.GetType()
            .GetProperties()
            .FirstOrDefault(p => p.PropertyType == typeof(double) || p.PropertyType == typeof(float));
        if (property?.GetValue(row) is { } value)
        {
            double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            Volatile.Write(ref lastValue, $"{property.Name} = {Numbers.Of(number)}");
        }
    }

    internal string Line()
    {
        string failures = Failed > 0 ? $", {Failed} failed" : "";
        string left = Remaining is { } time && Ended < Cells ? $", about {Numbers.Duration(time)} left" : "";
        string value = LastValue.Length > 0 ? $", {LastValue}" : "";
        return $"{Experiment.Id}: {Ended}/{Cells} cells{failures}{left}{value}";
    }
}
