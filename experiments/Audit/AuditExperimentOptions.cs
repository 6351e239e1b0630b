using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Audit;

/// <summary>What the audit's experiments have in common.</summary>
public abstract record AuditExperimentOptions : ExperimentOptions
{
    /// <summary>The populations.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the populations: acs-employment-synth, acs-income-mn-race, acs-income-mn-sex, compas-race, faces-*")]
    public IReadOnlyList<string> Data { get; init; } = [AuditDatasets.Synth];

    /// <summary>The platform's models.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the platform's models: gbdt, logistic; face targets have scores of their own")]
    public IReadOnlyList<string> Models { get; init; } = [AuditDatasets.Gbdt, AuditDatasets.Logistic];

    /// <summary>The people of a generated population.</summary>
    [Range(2_000, 10_000_000)]
    [Description("the people of a generated population")]
    public int People { get; init; } = 56_000;

    /// <summary>The size of the auditor's pool.</summary>
    [Range(100, 10_000_000)]
    [Description("the size of the auditor's pool")]
    public int PoolSize { get; init; } = 10_000;
}
