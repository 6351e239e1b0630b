namespace ResearchKit.Rag;

/// <summary>One source's answer in the published runs of RAGRoute.</summary>
/// <param name="Subject">The subject of MMLU.</param>
/// <param name="Mode">The router.</param>
/// <param name="QuestionId">The question.</param>
/// <param name="Source">The source.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Bytes">The size of its answer.</param>
public sealed record PublishedMessage(string Subject, string Mode, int QuestionId, string Source, double Seconds, long Bytes);
