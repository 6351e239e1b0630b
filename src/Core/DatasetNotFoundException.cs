namespace ResearchKit;

/// <summary>A data set is not on this machine; the message names the command that gets it.</summary>
/// <param name="dataset">The name in the catalogue.</param>
/// <param name="message">What is missing, and where it was looked for.</param>
/// <param name="remedy">The command that gets it.</param>
public sealed class DatasetNotFoundException(string dataset, string message, string remedy)
    : ResearchKitException(ErrorCodes.DatasetAbsent, message, remedy)
{
    /// <summary>The name in the catalogue.</summary>
    public string Dataset { get; } = dataset;
}
