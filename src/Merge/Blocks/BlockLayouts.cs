namespace ResearchKit.Merge;

/// <summary>The layouts of the paper's models (arXiv:2505.23209, experiments; the authors' block tables), by name.</summary>
public static class BlockLayouts
{
    private static readonly string[] ClipOuter =
    [
        "visual.ln_pre",
        "visual.conv1",
        "visual.proj",
        "visual.positional_embedding",
        "visual.class_embedding",
    ];

    /// <summary>CLIP ViT-B/32: 54 blocks.</summary>
    public static BlockLayout ClipVitB32 { get; } = Clip("clip-vit-b32", 12);

    /// <summary>CLIP ViT-L/14: 102 blocks.</summary>
    public static BlockLayout ClipVitL14 { get; } = Clip("clip-vit-l14", 24);

    /// <summary>CLIP ViT-B/32 with whole layers as blocks: 18 blocks.</summary>
    public static BlockLayout ClipVitB32Layers { get; } =
        new("clip-vit-b32-layers", [Rule("ln_post"), .. Down(12).Select(i => Rule($"resblocks.{i}")), .. ClipOuter.Select(Rule)]);

    /// <summary>A vision transformer in the transformers library's naming, 12 layers: 51 blocks.</summary>
    public static BlockLayout VitB { get; } =
        new(
            "vit-b",
            [
                Rule("post_layernorm"),
                .. Down(12)
                    .SelectMany(i => new[] { "mlp", "layer_norm2", "layer_norm1", "self_attn" }.Select(part => Rule($"layers.{i}.{part}"))),
                Rule("pre_layrnorm"), // the library's own spelling
                Rule("embeddings"),
            ]
        );

    /// <summary>T0-3B with (IA)3 vectors: 120 blocks.</summary>
    public static BlockLayout T0Ia3 { get; } = new("t0-ia3", [.. T5Layers(24)]);

    /// <summary>T5-base: 64 blocks, and two for embedding tables that tied checkpoints do not repeat.</summary>
    public static BlockLayout T5Base { get; } = T5("t5-base", 12);

    /// <summary>T5-large: 124 blocks, and two for embedding tables that tied checkpoints do not repeat.</summary>
    public static BlockLayout T5Large { get; } = T5("t5-large", 24);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BlockLayout> All { get; } = [ClipVitB32, ClipVitL14, ClipVitB32Layers, VitB, T0Ia3, T5Base, T5Large];

    /// <summary>A layout by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static BlockLayout Named(string name) =>
        All.FirstOrDefault(layout => layout.Name == name)
        ?? throw new ArgumentException(
            $"There is no layout \"{name}\"; there are {string.Join(", ", All.Select(layout => layout.Name))}.",
            nameof(name)
        );

    private static BlockLayout Clip(string name, int layers) =>
        new(
            name,
            [
                Rule("ln_post"),
                .. Down(layers).SelectMany(i => new[] { "mlp", "ln_2", "ln_1", "attn" }.Select(part => Rule($"resblocks.{i}.{part}"))),
                .. ClipOuter.Select(Rule),
            ]
        );

    private static BlockLayout T5(string name, int layers) =>
        new(
            name,
            [
                Rule("decoder.final_layer_norm"),
                Rule("lm_head"),
                .. T5Layers(layers),
                Rule("encoder.final_layer_norm"),
                Rule("shared"),
                Rule("encoder.embed_tokens") with
                {
                    Optional = true,
                },
                Rule("decoder.embed_tokens") with
                {
                    Optional = true,
                },
            ]
        );

    private static IEnumerable<BlockRule> T5Layers(int layers) =>
        Down(layers)
            .SelectMany(i => new[] { 2, 1, 0 }.Select(part => Rule($"decoder.block.{i}.layer.{part}")))
            .Concat(Down(layers).SelectMany(i => new[] { 1, 0 }.Select(part => Rule($"encoder.block.{i}.layer.{part}"))));

    private static IEnumerable<int> Down(int layers) => Enumerable.Range(0, layers).Reverse();

    private static BlockRule Rule(string pattern) => new(pattern, [pattern]);
}
