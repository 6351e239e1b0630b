namespace ResearchKit;

/// <summary>
/// A problem of the environment or of the data, in one sentence, with what to do next.
/// What the caller got wrong is an <see cref="ArgumentException"/> instead.
/// </summary>
/// <param name="code">The stable code of the problem, for example <c>RK2001</c> (see <see cref="ErrorCodes"/>).</param>
/// <param name="message">What is wrong, and where.</param>
/// <param name="remedy">What to do next, as a sentence or a command.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public class ResearchKitException(string code, string message, string remedy, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The stable code of the problem, for example <c>RK2001</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What to do next.</summary>
    public string Remedy { get; } = remedy;
}
