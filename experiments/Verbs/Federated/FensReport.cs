namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>federated fens</c> says.</summary>
internal sealed record FensReport(
    string Aggregator,
    int Clients,
    int Classes,
    int ProxyRows,
    int TestRows,
    IReadOnlyList<FensLine> Methods,
    IReadOnlyList<string> Warnings
);

/// <summary>One method; without models the size of a model, and so its traffic, is not known.</summary>
internal sealed record FensLine(string Method, double Accuracy, double Oracle, long? UpBytes, long? DownBytes);
