using System.Numerics;
using System.Text.Json;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Spectral;

/// <summary>One known answer: a graph and a key as inputs; index, Fourier values, field, flips, extraction and verdict as outputs.</summary>
internal sealed record FfgCase
{
    private const double Tolerance = 1e-9;

    public required int Nodes { get; init; }
    public required Graph Graph { get; init; }
    public required Carrier[] Carriers { get; init; }
    public required int[] OrbitSizes { get; init; }
    public required Complex[] Fourier { get; init; }
    public required double[] Omega { get; init; }
    public required double? Sigma { get; init; }
    public required int? Budget { get; init; }
    public required double[] Field { get; init; }
    public required (int X, int Y, int Sign)[] Flips { get; init; }
    public required double[] Extracted { get; init; }
    public required double Similarity { get; init; }
    public required double Distance { get; init; }

    public static FfgCase Read(JsonElement json)
    {
        int nodes = json.GetProperty("n").GetInt32();
        double[][] Rows(string name) => json.GetProperty(name).Deserialize<double[][]>()!;
        double[] Numbers(string name) => json.GetProperty(name).Deserialize<double[]>()!;
        double[]? phases = json.GetProperty("phase").ValueKind == JsonValueKind.Null ? null : Numbers("phase");
        bool threshold = json.GetProperty("mode").GetString() == "paper-threshold";
        return new FfgCase
        {
            Nodes = nodes,
            Graph = Graph.FromEdges(nodes, [.. Rows("edges").Select(e => ((int)e[0], (int)e[1]))]),
            Carriers = [.. Rows("index").Select((c, i) => new Carrier((int)c[0], (int)c[1], phases?[i] ?? 0))],
            OrbitSizes = json.GetProperty("orbitSize").Deserialize<int[]>()!,
            Fourier = [.. Rows("fourierAtIndex").Select(f => new Complex(f[0], f[1]))],
            Omega = Numbers("omega"),
            Sigma = threshold ? json.GetProperty("sigma").GetDouble() : null,
            Budget = threshold ? null : json.GetProperty("budget").GetInt32(),
            Field = Numbers(threshold ? "fieldUpperFirst20" : "scoreUpperFirst20"),
            Flips = [.. Rows("flips").Select(f => ((int)f[0], (int)f[1], (int)f[2]))],
            Extracted = Numbers("omegaExtracted"),
            Similarity = json.GetProperty("similarity").GetDouble(),
            Distance = json.GetProperty("l2Distance").GetDouble(),
        };
    }

    /// <summary>Compares all outputs.</summary>
    public void Check()
    {
        PhasorTable phasors = PhasorTable.OfSize(Nodes);
        NodePositions positions = NodePositions.Of(Graph, Key(FfgMode.PaperThreshold));
        ulong[] edges = positions.PackedEdges(Graph);
        if (Sigma is not null)
        {
            Carrier[] largest = LargestCarriers.Of(edges, Omega.Length, phasors, 2, new FfgOptions().MemoryLimit, CancellationToken.None);
            Assert.That(largest, Is.EqualTo(Carriers), "index");
        }
        Assert.That(
            Carriers.Select(c => Orbit.Of(c.U, c.V, Nodes)),
            Is.EqualTo(Carriers.Select((c, i) => new Orbit(c.U, c.V, OrbitSizes[i])))
        );
        Complex[] fourier = FourierCoefficients.Evaluate(Graph, [.. Carriers.Select(c => (c.U, c.V))]);
        AssertClose(fourier.SelectMany(Parts), Fourier.SelectMany(Parts), "Fourier values");

        KeyMaterial material = KeyMaterial.OfParts(new FfgOptions(), Carriers, Omega, Nodes);
        SpectralField field = Sigma is { } sigma ? material.DeltaField(sigma) : material.ScoreField();
        AssertClose(UpperTriangle().Take(20).Select(p => field.At(p.X, p.Y)), Field, "field");
        CheckDenseField(field);

        ulong[] flips = FindFlips(field, positions, edges);
        Assert.That(
            flips.Select(PositionPair.Unpack).Select(p => (p.X, p.Y, Graph.HasEdge(p.X, p.Y) ? -1 : 1)),
            Is.EqualTo(Flips),
            "flips"
        );

        sbyte[] signs = [.. Flips.Select(f => (sbyte)f.Sign)];
        Complex[] sums = WaveSums.Of(flips, signs, Carriers, phasors, 2, CancellationToken.None);
        double[] extracted = material.Extract(sums);
        AssertClose(extracted, Extracted, "extracted");
        FfgDetection verdict = Verdict.Of(extracted, Omega, Sigma ?? 1, 6, flips.Length, null, new IdReport(Nodes, 0, 0));
        Assert.That(verdict.Similarity, Is.EqualTo(Similarity).Within(Tolerance * Math.Max(1, Math.Abs(Similarity))), "similarity");
        Assert.That(verdict.L2Distance, Is.EqualTo(Distance).Within(Tolerance * Math.Max(1, Distance)), "distance");
    }

    private ulong[] FindFlips(SpectralField field, NodePositions positions, ulong[] edges)
    {
        FlipSearch search = new(Graph, positions, edges, new FfgOptions(), 2, null, CancellationToken.None);
        if (Budget is not { } budget)
        {
            return search.Threshold(field);
        }
        double Gain(ulong pair)
        {
            (int x, int y) = PositionPair.Unpack(pair);
            return Graph.HasEdge(x, y) ? -field.At(x, y) : field.At(x, y);
        }
        ulong[] dense = search.BudgetDense(field, budget, budget, together: true).Select(Gain);
        ulong[] nonEdges = [.. UpperTriangle().Where(p => !Graph.HasEdge(p.X, p.Y)).Select(p => PositionPair.Pack(p.X, p.Y))];
        ulong[] sparse = search.BudgetSampled(field, nonEdges, budget, budget, together: true).Select(Gain);
        Assert.That(sparse, Is.EqualTo(dense), "the sparse way with all pairs as candidates is the dense way");
        return dense;
    }

    private void CheckDenseField(SpectralField field)
    {
        DenseField dense = new(field, Nodes);
        double[,] values = new double[Nodes, Nodes];
        dense.ForEachRow(
            2,
            () => 0,
            (x, row, _) =>
            {
                for (int y = 0; y < row.Length; y++)
                {
                    values[x, y] = row[y];
                }
            },
            _ => { },
            null,
            CancellationToken.None
        );
        foreach ((int x, int y) in UpperTriangle())
        {
            Assert.That(values[x, y], Is.EqualTo(field.At(x, y)).Within(1e-12 * Math.Max(1, field.Bound)));
            Assert.That(values[y, x], Is.EqualTo(values[x, y]).Within(1e-12 * Math.Max(1, field.Bound)), "symmetric");
        }
    }

    private IEnumerable<(int X, int Y)> UpperTriangle() =>
        Enumerable.Range(0, Nodes).SelectMany(x => Enumerable.Range(x + 1, Nodes - x - 1).Select(y => (x, y)));

    private FfgKey Key(FfgMode mode) =>
        new FfgWatermark(new FfgOptions { Mode = mode, Length = Omega.Length }).GenerateKey(
            GraphInfo.Of(Graph),
            new byte[FfgKey.SecretBytes]
        );

    private static double[] Parts(Complex value) => [value.Real, value.Imaginary];

    private static void AssertClose(IEnumerable<double> got, IEnumerable<double> expected, string what)
    {
        double[] right = [.. expected];
        double[] values = [.. got];
        Assert.That(values, Has.Length.EqualTo(right.Length), what);
        for (int i = 0; i < right.Length; i++)
        {
            Assert.That(values[i], Is.EqualTo(right[i]).Within(Tolerance * Math.Max(1, Math.Abs(right[i]))), $"{what} [{i}]");
        }
    }
}
