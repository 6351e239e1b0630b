namespace ResearchKit.Cli;

/// <summary>The reader of the results has gone (<c>| head</c>): the command stops, quietly.</summary>
/// <param name="innerException">The failed write.</param>
internal sealed class OutputClosedException(IOException innerException)
    : IOException("The reader of the results has gone.", innerException);
