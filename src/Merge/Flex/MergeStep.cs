namespace ResearchKit.Merge;

/// <summary>One step of a plan: two groups of one block become one.</summary>
/// <param name="Index">The step's number, from 0.</param>
/// <param name="Block">The block.</param>
/// <param name="GroupA">The tasks of the one group, ascending; the one with the smallest member.</param>
/// <param name="GroupB">The tasks of the other.</param>
/// <param name="Similarity">Their similarity.</param>
/// <param name="SizeAfter">The size in models after the step.</param>
public sealed record MergeStep(int Index, string Block, int[] GroupA, int[] GroupB, float Similarity, double SizeAfter);
