namespace ResearchKit.Experiments;

/// <summary>What to run, and how.</summary>
public sealed record RunRequest
{
    /// <summary>For <see cref="Resume"/>: the newest run with the same experiment, version and options.</summary>
    public const string Newest = "latest";

    /// <summary>The experiment.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>The scale. Default Quick.</summary>
    public Scale Scale { get; init; } = Scale.Quick;

    /// <summary>The options, or null for those of the scale.</summary>
    public ExperimentOptions? Options { get; init; }

    /// <summary>The command that asked for the run, kept in its manifest and shown with errors; empty if none did.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The run to go on with: an id, or <see cref="Newest"/>; null for a new run.</summary>
    public string? Resume { get; init; }

    /// <summary>A run of the same experiment whose cells with equal keys are taken over; null for none.</summary>
    public string? Import { get; init; }

    /// <summary>Only cells with these values, as <c>System=HarMoEny</c>; several values of one property after commas; all must hold. The others stay missing.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>How many cells at once; null for as many as the machine has processors. Cells marked <see cref="TimingAttribute"/> or <see cref="ExclusiveAttribute"/> always run alone.</summary>
    public int? Jobs { get; init; }

    /// <summary>The threads that one operation of a cell may use. Default 1: sums of floating-point numbers depend on it, so it is part of the manifest.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How often a cell is tried again after a <see cref="TransientException"/> or an <see cref="IOException"/>. Default 0.</summary>
    public int Retries { get; init; }

    /// <summary>Whether the first failed cell stops the run. Default false: the others go on.</summary>
    public bool FailFast { get; init; }

    /// <summary>What a finished cell survives. Default <see cref="Experiments.Durability.Committed"/>.</summary>
    public Durability Durability { get; init; } = Durability.Committed;

    /// <summary>How many finished cells, drawn at random, are measured again and compared at the end. Default 0.</summary>
    public int Verify { get; init; }

    /// <summary>The writer whose rows count where two writers disagree about a cell; null to refuse them.</summary>
    public string? Prefer { get; init; }

    /// <summary>Whether uncommitted changes of the source are stored with the run, and not only their hash. Default false.</summary>
    public bool StoreDiff { get; init; }
}
