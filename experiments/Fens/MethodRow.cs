using System.ComponentModel;

namespace ResearchKit.Papers.Fens;

/// <summary>One method on one seed: accuracy on the test rows, and the bytes that every client sends and receives.</summary>
/// <param name="Method">The method.</param>
/// <param name="Accuracy">After the last round, or of the state chosen on validation rows: never chosen on test.</param>
/// <param name="Oracle">The best over rounds on test: only for comparison with how the paper's code reports; equal to the accuracy where there are no rounds.</param>
/// <param name="Rounds">The communication rounds.</param>
/// <param name="UpBytes">Sent by a client, by formula.</param>
/// <param name="DownBytes">Received by a client, by formula.</param>
/// <param name="Configurations">How many configurations were tried on validation rows before.</param>
public sealed record MethodRow(
    [property: Description("the method")] string Method,
    double Accuracy,
    double Oracle,
    int Rounds,
    long UpBytes,
    long DownBytes,
    int Configurations
);
