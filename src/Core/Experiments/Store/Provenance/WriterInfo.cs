namespace ResearchKit.Experiments;

/// <summary>What one writer of a run did.</summary>
/// <param name="Id">The id: the name of its journal without the ending.</param>
/// <param name="Host">The host.</param>
/// <param name="Cells">The cells it finished.</param>
/// <param name="Failures">The failed attempts.</param>
/// <param name="Seconds">The sum of the durations of its cells.</param>
public sealed record WriterInfo(string Id, string Host, int Cells, int Failures, double Seconds);
