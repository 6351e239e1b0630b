namespace ResearchKit.Moe;

/// <summary>Where the time of one MoE layer went, on one rank or as the mean over ranks; real and simulated layers say it in the same words.</summary>
public readonly record struct LayerTiming
{
    /// <summary>Routing, and what the model computes besides its experts.</summary>
    public double DenseMs { get; init; }

    /// <summary>The exchange of counts.</summary>
    public double MetadataMs { get; init; }

    /// <summary>The schedule.</summary>
    public double ScheduleMs { get; init; }

    /// <summary>Packing tokens and sending them to the ranks that compute them.</summary>
    public double DispatchMs { get; init; }

    /// <summary>The experts.</summary>
    public double ComputeMs { get; init; }

    /// <summary>Waiting for weights.</summary>
    public double FetchWaitMs { get; init; }

    /// <summary>Waiting for the slowest rank.</summary>
    public double WaitMs { get; init; }

    /// <summary>Sending results back and unpacking them.</summary>
    public double CombineMs { get; init; }

    /// <summary>Experts fetched, restores included.</summary>
    public long Fetches { get; init; }

    /// <summary>Tokens that no rank computed.</summary>
    public long DroppedTokens { get; init; }

    /// <summary>Rows of zeros sent and computed.</summary>
    public long PaddedRows { get; init; }

    /// <summary>Tokens computed.</summary>
    public long Tokens { get; init; }

    /// <summary>All of it together.</summary>
    public double TotalMs => DenseMs + MetadataMs + ScheduleMs + DispatchMs + ComputeMs + FetchWaitMs + WaitMs + CombineMs;

    /// <summary>The sum of two.</summary>
    public static LayerTiming operator +(LayerTiming a, LayerTiming b) =>
        new()
        {
            DenseMs = a.DenseMs + b.DenseMs,
            MetadataMs = a.MetadataMs + b.MetadataMs,
            ScheduleMs = a.ScheduleMs + b.ScheduleMs,
            DispatchMs = a.DispatchMs + b.DispatchMs,
            ComputeMs = a.ComputeMs + b.ComputeMs,
            FetchWaitMs = a.FetchWaitMs + b.FetchWaitMs,
            WaitMs = a.WaitMs + b.WaitMs,
            CombineMs = a.CombineMs + b.CombineMs,
            Fetches = a.Fetches + b.Fetches,
            DroppedTokens = a.DroppedTokens + b.DroppedTokens,
            PaddedRows = a.PaddedRows + b.PaddedRows,
            Tokens = a.Tokens + b.Tokens,
        };

    /// <summary>Times multiplied by a factor; counts stay.</summary>
    /// <param name="factor">The factor.</param>
    public LayerTiming Scaled(double factor) =>
        this with
        {
            DenseMs = DenseMs * factor,
            MetadataMs = MetadataMs * factor,
            ScheduleMs = ScheduleMs * factor,
            DispatchMs = DispatchMs * factor,
            ComputeMs = ComputeMs * factor,
            FetchWaitMs = FetchWaitMs * factor,
            WaitMs = WaitMs * factor,
            CombineMs = CombineMs * factor,
        };
}
