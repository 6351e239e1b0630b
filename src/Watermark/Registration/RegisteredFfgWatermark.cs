using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>FFG whose detection matches nodes by structure instead of by id.</summary>
/// <param name="ffg">The scheme.</param>
/// <param name="registration">How nodes are matched; the defaults if null.</param>
public sealed class RegisteredFfgWatermark(FfgWatermark ffg, NodeRegistration? registration = null) : IGraphWatermark<FfgKey>
{
    /// <inheritdoc/>
    public string Name => $"{ffg.Name}, registered";

    /// <inheritdoc/>
    public FfgKey GenerateKey(Graph original, ReadOnlySpan<byte> secret) => ffg.GenerateKey(original, secret);

    /// <inheritdoc/>
    public EmbedResult Embed(
        Graph original,
        FfgKey key,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => ffg.Embed(original, key, progress, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">No original was given.</exception>
    public DetectionResult Detect(Graph suspect, Graph? original, FfgKey key, CancellationToken cancellationToken = default) =>
        original is null
            ? throw new ArgumentException("Registration compares with the original: give it.", nameof(original))
            : ffg.DetectRegistered(suspect, original, key, registration, cancellationToken);
}
