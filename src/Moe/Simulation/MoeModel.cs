namespace ResearchKit.Moe;

/// <summary>The sizes of a model that decide where its time goes.</summary>
/// <param name="Name">The name.</param>
/// <param name="Experts">E in each MoE layer.</param>
/// <param name="ModelWidth">d.</param>
/// <param name="HiddenWidth">h.</param>
/// <param name="FullLayers">MoE layers that see whole sequences.</param>
/// <param name="DecodeLayers">MoE layers that see one token a sequence.</param>
public sealed record MoeModel(string Name, int Experts, int ModelWidth, int HiddenWidth, int FullLayers, int DecodeLayers)
{
    /// <summary>Whether experts are SwiGLU (three matrices) instead of ReLU (two).</summary>
    public bool IsGated { get; init; }

    /// <summary>Bytes of a number. Default 4.</summary>
    public int BytesPerNumber { get; init; } = 4;

    /// <summary>The bytes of an expert's weights.</summary>
    public long ExpertBytes => (IsGated ? 3L : 2L) * ModelWidth * HiddenWidth * BytesPerNumber;

    /// <summary>The bytes of a token's features.</summary>
    public long TokenBytes => (long)ModelWidth * BytesPerNumber;

    /// <summary>Switch Transformer base: 6 encoder and 6 decoder layers.</summary>
    /// <param name="experts">8 to 256. Default 128.</param>
    public static MoeModel Switch(int experts = 128) => new($"switch-base-{experts}", experts, 768, 3072, 6, 6);

    /// <summary>Qwen1.5-MoE-A2.7B as HarMoEny's authors run it: top-1, without the shared expert.</summary>
    public static MoeModel Qwen { get; } = new("qwen1.5-moe", 60, 2048, 1408, 24, 0) { IsGated = true };
}
