using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What an application adds to, or puts in the place of, what the runner has of its own. Nothing is constructed before a verb needs it.</summary>
/// <param name="Observers">Who watches runs, besides the progress display.</param>
/// <param name="Launchers">Where cells can run, by name.</param>
/// <param name="Renderer">Makes the pictures.</param>
/// <param name="References">BibTeX entries by paper.</param>
internal sealed record Extensions(
    IReadOnlyList<IRunObserver> Observers,
    IReadOnlyDictionary<string, Func<ILauncher>> Launchers,
    Lazy<IFigureRenderer> Renderer,
    IReadOnlyDictionary<string, string> References
);
