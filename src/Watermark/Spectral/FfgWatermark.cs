using System.Numerics;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// FFG ("Fast In-Spectrum Graph Watermarks", arXiv:2502.04182; later F&amp;F): the adjacency matrix is taken as an image and a secret
/// Gaussian vector is added to coefficients of its two-dimensional Fourier transform, as Cox et al. 1997 did for pictures. Where the paper is silent the
/// scheme is completed here; <see cref="FfgMode.Keyed"/> is the recommended form, <see cref="FfgMode.PaperThreshold"/> the paper's.
/// Extraction sums the waves over the pairs that differ, O(E + m|D|), without a transform.
/// </summary>
/// <param name="options">The scheme for new keys, and the limits and the threshold for all uses.</param>
/// <exception cref="ArgumentException">Two options do not fit together.</exception>
public sealed class FfgWatermark(FfgOptions options) : IGraphWatermark<FfgKey>
{
    private readonly FfgOptions resolved = (options ?? throw new ArgumentNullException(nameof(options))).Resolve();

    /// <inheritdoc/>
    public string Name => resolved.Mode == FfgMode.Keyed ? "FFG-Keyed" : "FFG-PaperThreshold";

    /// <summary>The threads to use. Default all processors; results do not depend on it.</summary>
    public int Threads
    {
        get;
        init =>
            field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "At least one thread is needed.");
    } = Environment.ProcessorCount;

    /// <summary>Makes the key for a graph. The same secret and options give the same key.</summary>
    /// <param name="graph">The graph it is for.</param>
    /// <param name="secret">32 random bytes, for example of <see cref="System.Security.Cryptography.RandomNumberGenerator"/>.</param>
    /// <exception cref="ArgumentException">The secret has another length, the graph fewer than 3 nodes or no edge, or the options do not fit its size.</exception>
    public FfgKey GenerateKey(GraphInfo graph, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new FfgKey(secret, graph, Complete(resolved, graph));
    }

    /// <inheritdoc/>
    public FfgKey GenerateKey(Graph original, ReadOnlySpan<byte> secret) => GenerateKey(GraphInfo.Of(original), secret);

    /// <summary>Marks a graph. The original is not changed.</summary>
    /// <param name="original">The graph.</param>
    /// <param name="key">Its key.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="KeyMismatchException">The key was made for another graph.</exception>
    /// <exception cref="ArgumentException">The budget is larger than the number of pairs whose flip the field favours and nobody protects; the message names it.</exception>
    /// <exception cref="DistortionExceededException">More than half of all pairs, or more than <see cref="FfgOptions.MaxDistortion"/> allows, would be flipped.</exception>
    /// <exception cref="ResearchKitException">RK6504: a dense transform needs more memory than <see cref="FfgOptions.MemoryLimit"/>.</exception>
    public FfgEmbedding Embed(Graph original, FfgKey key, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(key);
        key.Graph.Require(original);
        cancellationToken.ThrowIfCancellationRequested();
        FfgOptions scheme = key.Scheme with
        {
            Protected = resolved.Protected,
            MaxDistortion = resolved.MaxDistortion,
            MemoryLimit = resolved.MemoryLimit,
        };
        scheme = scheme.Resolve();
        if (scheme.Candidates == CandidateRule.Dense)
        {
            LargestCarriers.CheckMemory(key.TransformSize, scheme.MemoryLimit);
        }

        return new FfgEmbedder(original, key, scheme, Threads, progress, cancellationToken).Run();
    }

    EmbedResult IGraphWatermark<FfgKey>.Embed(
        Graph original,
        FfgKey key,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    ) => Embed(original, key, progress, cancellationToken);

    DetectionResult IGraphWatermark<FfgKey>.Detect(Graph suspect, Graph? original, FfgKey key, CancellationToken cancellationToken) =>
        Detect(suspect, original, key, cancellationToken);

    /// <summary>Looks for the mark. Nodes are matched by id; for unknown ids see <see cref="DetectRegistered"/>.</summary>
    /// <param name="suspect">The graph that may carry it.</param>
    /// <param name="original">The unmarked original, or null for blind detection.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="KeyMismatchException">The key was made for another original, or in blind detection for another number of nodes.</exception>
    /// <exception cref="IdMismatchException">Fewer than a tenth of the nodes have ids that both graphs know.</exception>
    /// <exception cref="ArgumentException">Blind detection was asked of a scheme that cannot do it: it needs <see cref="FfgMode.Keyed"/> with random carriers.</exception>
    public FfgDetection Detect(Graph suspect, Graph? original, FfgKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suspect);
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        if (original is null)
        {
            return DetectBlind(suspect, key, cancellationToken);
        }
        key.Graph.Require(original);
        return DetectAgainst(GraphDifference.Of(original, suspect), original, key, cancellationToken);
    }

    /// <summary>
    /// Looks for the mark in a graph whose nodes lost their ids: they are registered with those of the original by structure
    /// (<see cref="NodeRegistration"/>), and pairs whose both ends are matched are compared.
    /// </summary>
    /// <param name="suspect">The graph that may carry it; its ids are not used.</param>
    /// <param name="original">The unmarked original.</param>
    /// <param name="key">The key.</param>
    /// <param name="registration">How nodes are matched; the defaults if null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="KeyMismatchException">The key was made for another original.</exception>
    public FfgDetection DetectRegistered(
        Graph suspect,
        Graph original,
        FfgKey key,
        NodeRegistration? registration = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(suspect);
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(key);
        key.Graph.Require(original);
        NodeMatching matching = (registration ?? new NodeRegistration()).Match(original, suspect, cancellationToken);
        (EdgeEdit[] Edits, IdReport Ids) difference = GraphDifference.Of(original, matching.Alignment);
        return DetectAgainst(difference, original, key, cancellationToken) with { Registration = matching };
    }

    /// <summary>The scheme with everything that depends on the graph written out, and what belongs to the user of a key left out.</summary>
    internal static FfgOptions Complete(FfgOptions resolved, GraphInfo graph)
    {
        CheckGraph(graph, resolved);
        FfgOptions defaults = new();
        FfgOptions scheme = resolved with
        {
            Threshold = defaults.Threshold,
            Protected = defaults.Protected,
            MaxDistortion = defaults.MaxDistortion,
            MemoryLimit = defaults.MemoryLimit,
            TransformSize = resolved.TransformSize ?? graph.Nodes,
        };
        bool budget = scheme.Binarisation == Binarisation.Budget;
        if (budget || scheme is { Sigma: null, FlipRate: null, Insertion: Insertion.Additive })
        {
            scheme = scheme with { Budget = checked((int)Strength.Budget(scheme, graph)), FlipRate = null };
        }
        if (scheme.Candidates == CandidateRule.Sampled)
        {
            long wanted = scheme.SampledNonEdges ?? Math.Max(20L * graph.Edges, 200_000);
            long most = Math.Min(Pairs(graph.Nodes) - graph.Edges, Array.MaxLength);
            scheme = scheme with { SampledNonEdges = (int)Math.Max(1, Math.Min(wanted, most)) };
        }
        return scheme;
    }

    private static void CheckGraph(GraphInfo graph, FfgOptions scheme)
    {
        if (graph.Nodes < 3)
        {
            throw new ArgumentException($"The graph has N = {graph.Nodes} nodes; a watermark needs at least 3.", nameof(graph));
        }
        if (graph.Edges < 1 || graph.Edges > Pairs(graph.Nodes))
        {
            throw new ArgumentException(
                $"The graph has E = {graph.Edges} edges; a watermark needs at least 1, and {graph.Nodes} nodes have at most {Pairs(graph.Nodes)}.",
                nameof(graph)
            );
        }
        int size = scheme.TransformSize ?? graph.Nodes;
        if (size < graph.Nodes)
        {
            throw new ArgumentException($"TransformSize is {size}; it must be at least the N = {graph.Nodes} nodes.", nameof(scheme));
        }
        long orbits = Orbit.Count(size);
        if (scheme.Length > orbits)
        {
            throw new ArgumentException(
                $"Length is {scheme.Length}; a transform of size {size} has at most {orbits} orbits.",
                nameof(scheme)
            );
        }
    }

    internal static long Pairs(int nodes) => (long)nodes * (nodes - 1) / 2;

    private FfgDetection DetectAgainst(
        (EdgeEdit[] Edits, IdReport Ids) compared,
        Graph original,
        FfgKey key,
        CancellationToken cancellationToken
    )
    {
        (EdgeEdit[] difference, IdReport ids) = compared;
        NodePositions positions = NodePositions.Of(original, key);
        bool needsEdges = key.Scheme.Carriers == CarrierRule.Largest;
        ulong[]? edges = needsEdges ? positions.PackedEdges(original) : null;
        KeyMaterial material = KeyMaterial.Of(key, edges, Threads, resolved.MemoryLimit, cancellationToken);
        ulong[] pairs = new ulong[difference.Length];
        sbyte[] signs = new sbyte[difference.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = PositionPair.Pack(positions.OfNode[difference[i].U], positions.OfNode[difference[i].V]);
            signs[i] = difference[i].Kind == EditKind.Add ? (sbyte)1 : (sbyte)-1;
        }
        // The difference is in the order of nodes, which renumbering changes; sums are taken in the order of positions.
        Array.Sort(pairs, signs);
        Complex[] sums = WaveSums.Of(pairs, signs, material.Carriers, material.Phasors, Threads, cancellationToken);
        double sigma =
            key.Scheme.Binarisation == Binarisation.Budget ? 1 : Strength.Sigma(key.Scheme, key.Graph, material.DeltaDeviation());
        return Verdict.Of(material.Extract(sums), material.Omega, sigma, resolved.Threshold, pairs.Length, null, ids);
    }

    private FfgDetection DetectBlind(Graph suspect, FfgKey key, CancellationToken cancellationToken)
    {
        if (key.Scheme is not { Mode: FfgMode.Keyed, Carriers: CarrierRule.Random })
        {
            throw new ArgumentException(
                $"Blind detection needs a key of mode Keyed with random carriers; this one is {key.Scheme.Mode} with {key.Scheme.Carriers} carriers. Give the original.",
                nameof(key)
            );
        }
        GraphInfo.RequireSame("number of nodes", key.Graph.Nodes, suspect.NodeCount);
        NodePositions positions = NodePositions.Of(suspect, key);
        ulong[] edges = positions.PackedEdges(suspect);
        KeyMaterial material = KeyMaterial.Of(key, edges, Threads, resolved.MemoryLimit, cancellationToken);
        Complex[] sums = WaveSums.Of(edges, null, material.Carriers, material.Phasors, Threads, cancellationToken);
        double noise = Math.Sqrt((double)material.Omega.Length * edges.Length);
        IdReport ids = new(suspect.NodeCount, 0, 0);
        return Verdict.Of(material.Extract(sums), material.Omega, 1, resolved.Threshold, edges.Length, noise, ids);
    }
}
