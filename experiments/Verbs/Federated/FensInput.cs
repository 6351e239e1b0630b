using ResearchKit.Cli;
using ResearchKit.Data;
using ResearchKit.Federated;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Verbs;

/// <summary>What the second phase works on, from wherever the models came.</summary>
/// <param name="Proxies">Each client's proxy.</param>
/// <param name="LabelCounts">The rows of each class in each client's training part; null where not known: those of the proxies.</param>
/// <param name="Test">z on the test rows.</param>
/// <param name="TestLabels">Their classes.</param>
/// <param name="ModelParameters">The parameters of a client's model, where known.</param>
internal sealed record FensInput(
    IReadOnlyList<ProxySet> Proxies,
    IReadOnlyList<IReadOnlyList<int>>? LabelCounts,
    LogitTable Test,
    int[] TestLabels,
    int? ModelParameters
)
{
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>From logits alone.</summary>
    public static async Task<FensInput> OfLogitsAsync(FensRequest request, RandomStream random, CancellationToken cancellationToken)
    {
        string[] paths = Expand(request.Logits, "--logits");
        List<float[]> tables = [];
        int outputs = 0;
        foreach (string path in paths)
        {
            NpyArray array = await NpyFile.LoadAsync(path, cancellationToken);
            int own = array.Shape.Count switch
            {
                1 => 1,
                2 => array.Shape[1],
                _ => throw new UsageException($"{path} has {array.Shape.Count} axes; logits are rows x classes."),
            };
            if (outputs != 0 && own != outputs)
            {
                throw new UsageException($"{paths[0]} has {outputs} classes, {path} has {own}; all clients need the same.");
            }
            if (tables.Count > 0 && array.Count != tables[0].Length)
            {
                throw new UsageException(
                    $"{paths[0]} has {tables[0].Length / own} rows, {path} has {array.Count / own}; all need the same rows."
                );
            }
            outputs = own;
            tables.Add(array.ConvertedTo<float>());
        }
        int[] labels = (await NpyFile.LoadAsync(request.Labels!, cancellationToken)).ConvertedTo<int>();
        (tables, string[] dropped) = WithoutNotFinite(tables, outputs, paths, request);
        LogitTable z = LogitTable.Join(tables, outputs);
        if (labels.Length != z.Rows)
        {
            throw new UsageException($"{request.Labels} has {labels.Length} labels, the logits have {z.Rows} rows.");
        }
        return await SplitAsync(z, labels, paths.Length, request, random, cancellationToken) with { Warnings = dropped };
    }

    /// <summary>From ONNX models and a table.</summary>
    public static async Task<FensInput> OfOnnxAsync(FensRequest request, RandomStream random, CancellationToken cancellationToken)
    {
        (LabeledData data, _) = await FensTable.LoadAsync(request, cancellationToken);
        List<OnnxMember> members = [];
        try
        {
            members.AddRange(Expand(request.Onnx, "--onnx").Select(path => new OnnxMember(path)));
            Ensemble ensemble = new(members);
            LogitTable z = await Task.Run(() => ensemble.Logits(data, request.Threads, cancellationToken), cancellationToken);
            return await SplitAsync(z, data.Labels.ToArray(), members.Count, request, random, cancellationToken) with
            {
                ClassNames = data.Schema.ClassNames,
            };
        }
        finally
        {
            members.ForEach(member => member.Dispose());
        }
    }

    private static async Task<FensInput> SplitAsync(
        LogitTable z,
        int[] labels,
        int clients,
        FensRequest request,
        RandomStream random,
        CancellationToken cancellationToken
    )
    {
        int[] owners = request.Owners is { } path
            ? (await NpyFile.LoadAsync(path, cancellationToken)).ConvertedTo<int>()
            : Dealt(z.Rows, clients, request.Test, random.Split("owners"));
        if (owners.Length != z.Rows)
        {
            throw new UsageException($"{request.Owners} has {owners.Length} entries, there are {z.Rows} rows.");
        }
        int wrong = Array.FindIndex(owners, owner => owner < -1 || owner >= clients);
        if (wrong >= 0)
        {
            throw new UsageException(
                $"{request.Owners}: row {wrong} belongs to client {owners[wrong]}; allowed are -1 (test) to {clients - 1}."
            );
        }
        int bad = Array.FindIndex(labels, label => label < 0 || label >= z.Classes);
        if (bad >= 0)
        {
            throw new UsageException($"Label {bad} is {labels[bad]}; allowed are 0 to {z.Classes - 1}, for {z.Classes} classes.");
        }
        int[] RowsOf(int owner) => [.. Enumerable.Range(0, owners.Length).Where(row => owners[row] == owner)];
        int[] test = RowsOf(-1);
        if (test.Length == 0)
        {
            throw new UsageException($"{request.Owners} names no test row (-1); the table needs some.");
        }
        ProxySet[] proxies =
        [
            .. Enumerable
                .Range(0, clients)
                .Select(client => RowsOf(client))
                .Select(rows => new ProxySet(z.Subset(rows), [.. rows.Select(row => labels[row])])),
        ];
        return new(
            proxies,
            await CountsAsync(request, clients, z.Classes, cancellationToken),
            z.Subset(test),
            [.. test.Select(row => labels[row])],
            ModelParameters: null
        );
    }

    private static async Task<IReadOnlyList<IReadOnlyList<int>>?> CountsAsync(
        FensRequest request,
        int clients,
        int classes,
        CancellationToken cancellationToken
    )
    {
        if (request.Counts is not { } path)
        {
            return null;
        }
        NpyArray array = await NpyFile.LoadAsync(path, cancellationToken);
        if (!array.Shape.SequenceEqual([clients, classes]))
        {
            throw new UsageException($"{path} has the shape ({string.Join(", ", array.Shape)}); ({clients}, {classes}) is needed.");
        }
        return [.. array.ConvertedTo<int>().Chunk(classes)];
    }

    private static (List<float[]> Tables, string[] Dropped) WithoutNotFinite(
        List<float[]> tables,
        int outputs,
        string[] paths,
        FensRequest request
    )
    {
        List<int> bad = [.. Enumerable.Range(0, tables.Count).Where(client => tables[client].Any(value => !float.IsFinite(value)))];
        if (bad.Count == 0)
        {
            return (tables, []);
        }
        if (request.OnNonFinite == NonFinitePolicy.Error)
        {
            int row = Array.FindIndex(tables[bad[0]], value => !float.IsFinite(value)) / outputs;
            throw new UsageException(
                $"{paths[bad[0]]} holds logits that are not finite (row {row}); repair it, or give --drop-not-finite."
            );
        }
        return (
            [.. tables.Where((_, client) => !bad.Contains(client))],
            [.. bad.Select(client => $"{paths[client]} was left out: its logits are not finite.")]
        );
    }

    private static int[] Dealt(int rows, int clients, double test, RandomStream random)
    {
        int[][] parts = RowSplit.Random(rows, random, test);
        int[] owners = new int[rows];
        Array.Fill(owners, -1);
        int[] order = parts[1];
        random.Shuffle<int>(order);
        for (int i = 0; i < order.Length; i++)
        {
            owners[order[i]] = i % clients;
        }
        return owners;
    }

    // A shell replaces patterns itself; where it does not, they are replaced here, client2 before client10.
    private static string[] Expand(IReadOnlyList<string> patterns, string option)
    {
        List<string> paths = [];
        foreach (string pattern in patterns)
        {
            if (!pattern.Contains('*', StringComparison.Ordinal))
            {
                paths.Add(pattern);
                continue;
            }
            string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } given ? given : ".";
            paths.AddRange(
                Directory
                    .EnumerateFiles(folder, Path.GetFileName(pattern))
                    .OrderBy(path => path.Length)
                    .ThenBy(path => path, StringComparer.Ordinal)
            );
        }
        string? missing = paths.FirstOrDefault(path => !File.Exists(path));
        return missing is not null ? throw new UsageException($"{option}: there is no file {missing}.")
            : paths.Count == 0 ? throw new UsageException($"{option}: no file matches {string.Join(' ', patterns)}.")
            : [.. paths];
    }
}
