namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>moe simulate</c> says.</summary>
/// <param name="Cluster">The machine.</param>
/// <param name="Iterations">Iterations of the trace.</param>
/// <param name="Layers">Layers of an iteration.</param>
/// <param name="Error">What is known of the simulator's error with this machine.</param>
/// <param name="Assumption">What was assumed of the trace; null if nothing.</param>
/// <param name="Systems">The systems.</param>
internal sealed record MoeSimulateReport(
    string Cluster,
    int Iterations,
    int Layers,
    string Error,
    string? Assumption,
    IReadOnlyList<MoeSystemLine> Systems
);

/// <summary>A system.</summary>
/// <param name="System">Its name.</param>
/// <param name="IterationMs">Mean time of an iteration.</param>
/// <param name="OtherAssumptionMs">The same under the other assumption on the tokens' ranks; null if none was made.</param>
/// <param name="MaxOverMean">The largest load over the mean, mean over layers.</param>
/// <param name="WaitShare">The share of time spent waiting for the slowest rank.</param>
/// <param name="Fetches">Experts fetched in an iteration.</param>
/// <param name="DroppedShare">The share of tokens not computed.</param>
internal sealed record MoeSystemLine(
    string System,
    double IterationMs,
    double? OtherAssumptionMs,
    double MaxOverMean,
    double WaitShare,
    double Fetches,
    double DroppedShare
);

/// <summary>What <c>moe plan</c> says.</summary>
/// <param name="Scheduler">The scheduler.</param>
/// <param name="LoadsBefore">The load of each rank with the fixed placement.</param>
/// <param name="LoadsAfter">The load of each rank with the schedule.</param>
/// <param name="Dropped">Tokens not computed.</param>
/// <param name="Moves">Tokens computed by a rank that does not hold their expert.</param>
internal sealed record MoePlanReport(
    string Scheduler,
    IReadOnlyList<int> LoadsBefore,
    IReadOnlyList<int> LoadsAfter,
    long Dropped,
    IReadOnlyList<MoePlanLine> Moves
);

/// <summary>Tokens that are sent.</summary>
/// <param name="Source">From.</param>
/// <param name="Expert">For.</param>
/// <param name="Destination">To.</param>
/// <param name="Tokens">How many.</param>
internal sealed record MoePlanLine(int Source, int Expert, int Destination, int Tokens);
