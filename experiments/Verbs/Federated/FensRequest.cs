using ResearchKit.Federated;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>federated fens</c> is asked for.</summary>
internal sealed record FensRequest
{
    public string? Data { get; init; }
    public string? Label { get; init; }
    public required string Partition { get; init; }
    public required int Clients { get; init; }
    public required string Hidden { get; init; }
    public required int Epochs { get; init; }
    public required double Rate { get; init; }
    public required IReadOnlyList<string> Logits { get; init; }
    public required IReadOnlyList<string> Onnx { get; init; }
    public string? Labels { get; init; }
    public string? Owners { get; init; }
    public string? Counts { get; init; }
    public required double Proxy { get; init; }
    public required double Test { get; init; }
    public required string Aggregator { get; init; }
    public required int Rounds { get; init; }
    public required double ServerRate { get; init; }
    public required Quantization Quantization { get; init; }
    public required NonFinitePolicy OnNonFinite { get; init; }
    public required int Seed { get; init; }
    public required int Threads { get; init; }
    public required string Out { get; init; }
    public required bool Resume { get; init; }
    public required bool Force { get; init; }
}
