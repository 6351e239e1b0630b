using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>What one rank hands to another.</summary>
/// <param name="Operation">The operation, to notice ranks that are out of step.</param>
/// <param name="Numbers">Numbers, in the sender's memory.</param>
/// <param name="Rows">Rows, if rows are sent: a view of the sender's memory that belongs to the receiver.</param>
internal readonly record struct RankMessage(string Operation, ReadOnlyMemory<int> Numbers, torch.Tensor? Rows);
