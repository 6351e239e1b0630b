namespace ResearchKit.Rag;

/// <summary>One query of the published runs of RAGRoute.</summary>
/// <param name="Subject">The subject of MMLU.</param>
/// <param name="Mode">The router: all, none, ragroute or random.</param>
/// <param name="QuestionId">The question.</param>
/// <param name="Correct">Whether the model answered right.</param>
/// <param name="Sources">How many sources were asked.</param>
/// <param name="SelectionSeconds">Time of the router.</param>
/// <param name="DocumentSeconds">Time until the documents were there.</param>
/// <param name="TotalSeconds">Time until the answer was there.</param>
public sealed record PublishedQuery(
    string Subject,
    string Mode,
    int QuestionId,
    bool Correct,
    int Sources,
    double SelectionSeconds,
    double DocumentSeconds,
    double TotalSeconds
);
