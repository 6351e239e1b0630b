using System.Text.Json;

namespace ResearchKit.Merge;

/// <summary>How a network's tensors are divided into blocks: rules, the first that matches wins; blocks in the order from the output to the input.</summary>
/// <param name="Name">The layout's name.</param>
/// <param name="Rules">The rules.</param>
public sealed record BlockLayout(string Name, IReadOnlyList<BlockRule> Rules)
{
    private const int MostListed = 50;

    /// <summary>Reads a layout of one's own: a JSON object from block names, output first, to lists of patterns.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="MalformedFileException">It is no such object.</exception>
    public static BlockLayout Parse(string json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new MalformedFileException(
                    source,
                    "an object: block name -> [pattern, ...]",
                    document.RootElement.ValueKind.ToString()
                );
            }
            BlockRule[] rules =
            [
                .. document.RootElement.EnumerateObject().Select(entry => new BlockRule(entry.Name, Patterns(entry, source))),
            ];
            return rules.Length > 0
                ? new BlockLayout(source, rules)
                : throw new MalformedFileException(source, "at least one block", "none");
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(source, "JSON", e.Message, e.LineNumber + 1, e.BytePositionInLine + 1, innerException: e);
        }
    }

    private static string[] Patterns(JsonProperty entry, string source)
    {
        string[] patterns =
            entry.Value.ValueKind == JsonValueKind.Array
                ? [.. entry.Value.EnumerateArray().Select(p => p.ValueKind == JsonValueKind.String ? p.GetString()! : "")]
                : [];
        return patterns.Length > 0 && patterns.All(p => !string.IsNullOrWhiteSpace(p))
            ? patterns
            : throw new MalformedFileException(source, $"a list of patterns for block \"{entry.Name}\"", entry.Value.ToString());
    }

    /// <summary>Divides tensors.</summary>
    /// <param name="tensors">The tensors that take part, with their shapes.</param>
    /// <param name="unassigned">What becomes of tensors that no rule takes.</param>
    /// <exception cref="ArgumentException">A rule takes no tensor, or a tensor belongs to no block; the message names them.</exception>
    public BlockDivision Divide(
        IEnumerable<(string Name, IReadOnlyList<long> Shape)> tensors,
        UnassignedTensors unassigned = UnassignedTensors.Refuse
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        List<(string, IReadOnlyList<long>, long)>[] members = [.. Rules.Select(_ => new List<(string, IReadOnlyList<long>, long)>())];
        List<(string Name, IReadOnlyList<long> Shape, long First)> rest = [];
        foreach ((string name, IReadOnlyList<long> shape) in tensors)
        {
            int rule = 0;
            while (rule < Rules.Count && !Rules[rule].Matches(name))
            {
                rule++;
            }
            (rule < Rules.Count ? members[rule] : rest).Add((name, shape, 0));
        }
        string[] empty =
        [
            .. Rules
                .Where((rule, i) => !rule.Optional && members[i].Count == 0)
                .Select(rule => $"{rule.Block} ({string.Join(", ", rule.Patterns)})"),
        ];
        if (empty.Length > 0)
        {
            throw new ArgumentException(
                $"Layout {Name}: no tensor matches {Listed(empty)}. Choose another layout, or correct the patterns: whole dot-separated segments of the tensors' names.",
                nameof(tensors)
            );
        }
        if (unassigned == UnassignedTensors.Refuse && rest.Count > 0)
        {
            throw new ArgumentException(
                $"Layout {Name}: {rest.Count} tensors belong to no block: {Listed([.. rest.Select(t => t.Name)])}. Add patterns for them, set them aside as heads, or keep them per task.",
                nameof(tensors)
            );
        }
        Block[] blocks =
        [
            .. Rules.Select((rule, i) => (rule, i)).Where(x => members[x.i].Count > 0).Select(x => new Block(x.rule.Block, members[x.i])),
        ];
        if (blocks.Length == 0)
        {
            throw new ArgumentException($"Layout {Name}: there is no tensor to merge.", nameof(tensors));
        }
        return new BlockDivision(blocks, rest.Count == 0 ? [] : new Block("kept", rest).Tensors);
    }

    /// <summary>Cuts each tensor of a division along its first dimension into slices, each a block of its own.</summary>
    /// <param name="division">The division, of whole tensors.</param>
    /// <param name="slices">The slices of a tensor; fewer where its first dimension is shorter.</param>
    public static BlockDivision Slice(BlockDivision division, int slices)
    {
        ArgumentNullException.ThrowIfNull(division);
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        List<Block> blocks = [];
        foreach (BlockTensor tensor in division.Blocks.SelectMany(block => block.Tensors))
        {
            long rows = tensor.Shape.Count == 0 ? 1 : tensor.Shape[0];
            int parts = (int)Math.Clamp(rows, 1, slices);
            long rowLength = rows == 0 ? 0 : tensor.Length / rows;
            for (int part = 0; part < parts; part++)
            {
                (long from, long to) = (rows * part / parts, rows * (part + 1) / parts);
                IReadOnlyList<long> shape = tensor.Shape.Count == 0 ? tensor.Shape : [to - from, .. tensor.Shape.Skip(1)];
                string name = parts == 1 ? tensor.Name : $"{tensor.Name}[{from}..{to}]";
                blocks.Add(new Block(name, [(tensor.Name, shape, tensor.First + from * rowLength)]));
            }
        }
        return division with { Blocks = blocks };
    }

    private static string Listed(string[] names) =>
        names.Length <= MostListed
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostListed))} and {names.Length - MostListed} more";
}
