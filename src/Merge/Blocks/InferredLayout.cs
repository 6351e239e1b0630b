using System.Globalization;

namespace ResearchKit.Merge;

/// <summary>
/// Blocks from the tensors' names alone, for any architecture: the first number in a name, after its prefix, is the layer; inside a layer the next segment is the part
/// (attention, MLP, norm); everything outside the layers goes by its module. Embeddings and what stands before the layers are nearer the input, all else outside is nearer the output.
/// </summary>
public static class InferredLayout
{
    private static readonly string[] InputWords =
    [
        "embed",
        "wte",
        "wpe",
        "conv1",
        "stem",
        "patch",
        "position",
        "shared",
        "cls_token",
        "ln_pre",
        "pre_l",
    ];

    /// <summary>Divides tensors.</summary>
    /// <param name="tensors">The tensors that take part, with their shapes.</param>
    /// <param name="granularity">How finely.</param>
    /// <param name="slices">For <see cref="Granularity.Slice"/>, the slices of a tensor; default 4.</param>
    /// <exception cref="ArgumentException">There is no tensor.</exception>
    public static BlockDivision Divide(
        IEnumerable<(string Name, IReadOnlyList<long> Shape)> tensors,
        Granularity granularity = Granularity.SubLayer,
        int slices = 4
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        (string Name, IReadOnlyList<long> Shape)[] all = [.. tensors];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no tensor to merge.", nameof(tensors));
        }
        if (granularity == Granularity.Model)
        {
            return new BlockDivision([new Block("model", all.Select(t => (t.Name, t.Shape, 0L)))], []);
        }
        // A number counts as a layer only where it repeats: 'conv1' has none, a single 'layers.0' is a layer too.
        Place[] places = [.. all.Select(t => PlaceOf(t.Name, granularity))];
        Block[] blocks =
        [
            .. all.Zip(places)
                .GroupBy(x => x.Second.Block)
                .Select(group => (Place: group.First().Second, Tensors: group.Select(x => x.First)))
                .OrderByDescending(group => group.Place.Depth)
                .ThenByDescending(group => group.Place.Stage, StringComparer.Ordinal)
                .ThenByDescending(group => group.Place.Layer)
                .ThenByDescending(group => group.Place.Block, StringComparer.Ordinal)
                .Select(group => new Block(group.Place.Block, group.Tensors.Select(t => (t.Name, t.Shape, 0L)))),
        ];
        BlockDivision division = new(blocks, []);
        return granularity == Granularity.Slice ? BlockLayout.Slice(division, slices) : division;
    }

    // Depth 0 is before the layers, 1 a layer, 2 after them. Stages (encoder, decoder) order by name backwards: the decoder, 'd', comes after the encoder.
    private static Place PlaceOf(string name, Granularity granularity)
    {
        string[] segments = name.Split('.');
        int index = Array.FindIndex(segments, s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        bool whole = granularity is Granularity.Tensor or Granularity.Slice;
        if (index > 0 && index < segments.Length - 1)
        {
            int end = granularity == Granularity.Layer ? index + 1 : Math.Min(index + 2, segments.Length - 1);
            string block = whole ? name : string.Join('.', segments[..Math.Max(end, index + 1)]);
            string stage = string.Join('.', segments[..index]);
            bool decodes = stage.Contains("decoder", StringComparison.Ordinal);
            return new Place(block, 1, (decodes ? "b:" : "a:") + stage, int.Parse(segments[index], CultureInfo.InvariantCulture));
        }
        // A parameter of its own (class_embedding) is its own module.
        string module = !whole && segments.Length > 1 && segments[^1] is ("weight" or "bias") ? string.Join('.', segments[..^1]) : name;
        bool isInput = segments.Contains("pos") || InputWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
        return new Place(module, isInput ? 0 : 2, "", 0);
    }

    private sealed record Place(string Block, int Depth, string Stage, int Layer);
}
