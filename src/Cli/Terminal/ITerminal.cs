namespace ResearchKit.Cli;

/// <summary>Where results, progress and messages go, and where input comes from.</summary>
public interface ITerminal
{
    /// <summary>Results.</summary>
    TextWriter Out { get; }

    /// <summary>Progress, logs, errors.</summary>
    TextWriter Error { get; }

    /// <summary>Whether a person looks at <see cref="Out"/>.</summary>
    bool OutIsTerminal { get; }

    /// <summary>Whether a person looks at <see cref="Error"/>.</summary>
    bool ErrorIsTerminal { get; }

    /// <summary>The width in characters, or null where it is not known.</summary>
    int? Width { get; }

    /// <summary>Opens the standard input.</summary>
    Stream OpenInput();
}
