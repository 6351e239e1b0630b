using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>
/// Chooses a scale for each experiment so that all of them fit into a time, by the durations of earlier runs and the hints on cells.
/// Everything begins at Quick; then the cheapest step up is taken, again and again, while it fits.
/// </summary>
internal static class Budget
{
    internal static async Task<RunRequest[]> ChooseAsync(
        ExperimentRunner runner,
        RunRequest[] requests,
        TimeSpan budget,
        Action<string> note,
        CancellationToken cancellationToken
    )
    {
        TimeSpan?[][] costs = new TimeSpan?[requests.Length][];
        for (int i = 0; i < requests.Length; i++)
        {
            costs[i] = new TimeSpan?[Enum.GetValues<Scale>().Length];
            foreach (Scale scale in Enum.GetValues<Scale>())
            {
                costs[i][(int)scale] = (await runner.ForecastAsync(requests[i] with { Scale = scale }, cancellationToken)).Expected;
            }
        }

        Scale[] chosen = Choose(costs, budget);
        for (int i = 0; i < requests.Length; i++)
        {
            string time = costs[i][(int)chosen[i]] is { } known ? $"about {Numbers.Duration(known)}" : "time not known";
            note($"{requests[i].Experiment.Info.Id}: scale {DescribeVerb.Name(chosen[i])}, {time}");
        }

        return [.. requests.Zip(chosen, (request, scale) => request with { Scale = scale })];
    }

    /// <summary>The scales.</summary>
    /// <param name="costs">For each experiment the time at each scale; null where it is not known: it is never stepped up to.</param>
    /// <param name="budget">The time for all.</param>
    internal static Scale[] Choose(IReadOnlyList<TimeSpan?[]> costs, TimeSpan budget)
    {
        Scale[] chosen = new Scale[costs.Count];
        TimeSpan spent = costs.Aggregate(TimeSpan.Zero, (sum, c) => sum + (c[0] ?? TimeSpan.Zero));
        while (true)
        {
            int best = -1;
            TimeSpan bestStep = TimeSpan.MaxValue;
            for (int i = 0; i < chosen.Length; i++)
            {
                int next = (int)chosen[i] + 1;
                if (
                    next < costs[i].Length
                    && costs[i][next] is { } cost
                    && cost - (costs[i][next - 1] ?? TimeSpan.Zero) is var step
                    && step < bestStep
                )
                {
                    (best, bestStep) = (i, step);
                }
            }

            if (best < 0 || spent + bestStep > budget)
            {
                return chosen;
            }

            chosen[best]++;
            spent += bestStep;
        }
    }
}
