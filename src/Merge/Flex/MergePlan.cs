using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Merge;

/// <summary>
/// All steps from M copies of every block to one (arXiv:2505.23209, section 3): (M-1) B of them. The partition after any number of steps is a valid model, so one plan holds the whole curve over size.
/// </summary>
public sealed record MergePlan
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The blocks' names, from the output to the input.</summary>
    public required IReadOnlyList<string> Blocks { get; init; }

    /// <summary>The blocks' lengths, in elements.</summary>
    public required IReadOnlyList<long> Lengths { get; init; }

    /// <summary>Elements outside the blocks, that each task keeps.</summary>
    public long KeptLength { get; init; }

    /// <summary>The rules of the size.</summary>
    public required SizeAccounting Accounting { get; init; }

    /// <summary>How the plan was made.</summary>
    public required FlexMergeOptions Options { get; init; }

    /// <summary>The steps.</summary>
    public required IReadOnlyList<MergeStep> Steps { get; init; }

    /// <summary>The smallest size, in models.</summary>
    [JsonIgnore]
    public double MinimumSize => SizeAfter(Steps.Count);

    /// <summary>The size in models after a number of steps; M before the first.</summary>
    public double SizeAfter(int steps) => steps == 0 ? Tasks.Count : Steps[steps - 1].SizeAfter;

    /// <summary>How many steps bring the size to at most a wanted one: the fewest.</summary>
    /// <param name="size">The wanted size, in models.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not between the smallest size and M; the message names both.</exception>
    public int StepsFor(double size)
    {
        if (!(size >= MinimumSize - 1e-12 && size <= Tasks.Count))
        {
            throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                FormattableString.Invariant(
                    $"A size of {size} models cannot be reached: allowed is from {MinimumSize} ({(Accounting.StoresMasks ? "masks" : "one model")} for {Tasks.Count} tasks) to {Tasks.Count}."
                )
            );
        }
        (int low, int high) = (0, Steps.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = SizeAfter(middle) <= size + 1e-12 ? (low, middle) : (middle + 1, high);
        }
        return low;
    }

    /// <summary>The partition at a wanted size; see <see cref="StepsFor"/>.</summary>
    public Partition AtSize(double size) => After(StepsFor(size));

    /// <summary>The partition after a number of steps.</summary>
    public Partition After(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, Steps.Count);
        Dictionary<string, int> places = Blocks.Select((name, i) => (name, i)).ToDictionary(x => x.name, x => x.i, StringComparer.Ordinal);
        SortedDictionary<int, int[]>[] groups =
        [
            .. Blocks.Select(_ => new SortedDictionary<int, int[]>(
                Enumerable.Range(0, Tasks.Count).ToDictionary(task => task, task => new[] { task })
            )),
        ];
        foreach (MergeStep step in Steps.Take(steps))
        {
            SortedDictionary<int, int[]> block = groups[places[step.Block]];
            int[] union = [.. step.GroupA.Concat(step.GroupB).Order()];
            block.Remove(step.GroupA[0]);
            block.Remove(step.GroupB[0]);
            block.Add(union[0], union);
        }
        return new Partition([.. groups.Select(block => (IReadOnlyList<IReadOnlyList<int>>)[.. block.Values])]);
    }

    /// <summary>The plan as JSON: equal plans give equal bytes.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a plan.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="MalformedFileException">It is no plan.</exception>
    public static MergePlan Parse(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<MergePlan>(json, Json) ?? throw new MalformedFileException(source, "a plan", "null");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new MalformedFileException(source, "a plan", e.Message, innerException: e);
        }
    }
}
