namespace ResearchKit.Federated;

/// <summary>A client could not finish its work in a round: its data cannot be read, its connection is gone. The round goes on without it.</summary>
/// <param name="message">What happened.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class ClientFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
