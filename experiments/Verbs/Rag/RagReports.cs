namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>rag index</c> says.</summary>
internal sealed record RagIndexReport(
    string Folder,
    string Kind,
    string Metric,
    int Dimension,
    int Documents,
    int WithoutWords,
    string Embedder
);

/// <summary>What <c>rag search</c> says.</summary>
internal sealed record RagSearchReport(string Query, IReadOnlyList<RagDocument> Documents);

/// <summary>A document that was found.</summary>
internal sealed record RagDocument(string Id, double Score, string? Source = null);

/// <summary>What <c>rag bench</c> says.</summary>
internal sealed record RagBenchReport(
    int Queries,
    double Tolerance,
    double HitRate,
    double Overlap,
    double MicrosecondsWithCache,
    double MicrosecondsWithoutCache,
    double MicrosecondsOfAHit
);

/// <summary>What <c>rag tune</c> says.</summary>
internal sealed record RagTuneReport(
    double Tolerance,
    double HitRate,
    double HitRateLow,
    double HitRateHigh,
    double FalseHits,
    double FalseHitsLow,
    double FalseHitsHigh,
    int Hits,
    int Queries,
    string Metric,
    string Embedder
);

/// <summary>What <c>rag route train</c> says.</summary>
internal sealed record RagRouteTrainReport(
    string File,
    int Queries,
    double ValidationAccuracy,
    double ValidationAreaUnderRoc,
    double SourcesPerQuery,
    double RelevantPerQuery,
    double Threshold,
    string? Warning
);

/// <summary>What <c>rag route ask</c> says.</summary>
internal sealed record RagRouteReport(string Query, IReadOnlyList<RagSourceScore> Sources);

/// <summary>A source's score.</summary>
internal sealed record RagSourceScore(string Source, double Probability, bool Chosen);
