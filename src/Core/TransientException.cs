namespace ResearchKit;

/// <summary>A failure that may pass by itself (a busy port, a lost connection): a runner with retries tries again.</summary>
/// <param name="message">What failed.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public sealed class TransientException(string message, Exception? innerException = null) : Exception(message, innerException);
