using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ResearchKit.Data;

namespace ResearchKit.Experiments;

/// <summary>What a runner draws on from outside. Everything has a default but pictures and reports, which are left out where nobody makes them.</summary>
public sealed record RunServices
{
    /// <summary>Where cells run. Default: in this process.</summary>
    public ILauncher Launcher { get; init; } = new LocalLauncher();

    /// <summary>Makes the pictures, or null for none.</summary>
    public IFigureRenderer? Figures { get; init; }

    /// <summary>Makes the report of a run, or null for none.</summary>
    public IRunReporter? Reporter { get; init; }

    /// <summary>Where tensors live: <c>cpu</c> or <c>cuda:N</c>. Default cpu. It has to be here: nothing falls back.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Who watches.</summary>
    public IReadOnlyList<IRunObserver> Observers { get; init; } = [];

    /// <summary>The data sets.</summary>
    public DatasetCatalog Data { get; init; } = new();

    /// <summary>What the machine has; null to ask the machine and <see cref="Data"/>.</summary>
    public ICellResources? Resources { get; init; }

    /// <summary>Where log lines go, besides the log of each writer.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The program in the commands that are printed. Default <c>researchkit</c>.</summary>
    public string Program { get; init; } = "researchkit";

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
