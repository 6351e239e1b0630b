namespace ResearchKit.Experiments;

/// <summary>The experiments of an application, known by their attributes alone: listing them constructs nothing and loads no native library.</summary>
public interface IExperimentRegistry
{
    /// <summary>All experiments, by id.</summary>
    IReadOnlyList<ExperimentInfo> All { get; }

    /// <summary>The experiments whose id fits a pattern, by id.</summary>
    /// <param name="pattern">An id, a pattern in which <c>*</c> stands for any text, or a paper's slug (the same as <c>slug/*</c>).</param>
    /// <exception cref="UnknownExperimentException">None fits; the message names the nearest ids.</exception>
    IReadOnlyList<ExperimentInfo> Match(string pattern);

    /// <summary>The class of an experiment.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="UnknownExperimentException">There is none; the message names the nearest ids.</exception>
    Type TypeOf(string id);

    /// <summary>Constructs an experiment.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="UnknownExperimentException">There is none; the message names the nearest ids.</exception>
    Experiment Create(string id);
}
