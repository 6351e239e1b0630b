using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// Reads routing as people have it: an array of the experts of each token ([tokens, layers] or [tokens, layers, k], .npy); loads of layers as JSON Lines ({"layer": 0, "loads": [..]}, "iteration" and "rank" if known);
/// a table with a row a token (layer, expert), or with counts (layer, rank, expert, tokens; iteration if there are several), as CSV or parquet.
/// </summary>
public static class TraceImport
{
    /// <summary>Reads a trace.</summary>
    /// <param name="path">The file: .npy, .jsonl, .csv, .tsv or .parquet.</param>
    /// <param name="ranks">G.</param>
    /// <param name="experts">E.</param>
    /// <param name="source">Where tokens are whose rank is not said. Loads without ranks are divided in the same spirit: filled rank by rank, or evenly.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MalformedFileException">The content is not as described.</exception>
    /// <exception cref="ResearchKitException">An expert or rank of the trace does not exist.</exception>
    public static async Task<ImportedTrace> LoadAsync(
        string path,
        int ranks,
        int experts,
        SourceRanks source = SourceRanks.Blocks,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        Builder builder = new(path, ranks, experts, source);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".npy":
                Paths(await NpyFile.LoadAsync(path, cancellationToken), builder, path);
                break;
            case ".jsonl":
                await foreach (JsonLine line in JsonLines.ReadAsync(path, cancellationToken: cancellationToken))
                {
                    int[] loads = line.Numbers<int>("loads");
                    int? rank = line.Has("rank") ? line.Number<int>("rank") : null;
                    int iteration = line.Has("iteration") ? line.Number<int>("iteration") : 0;
                    for (int expert = 0; expert < loads.Length; expert++)
                    {
                        builder.Add(iteration, line.Number<int>("layer"), rank, expert, loads[expert]);
                    }
                }

                break;
            case ".parquet":
                ParquetTable table = await ParquetTable.LoadAsync(path, cancellationToken: cancellationToken);
                Table(table, builder);
                break;
            default:
                await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
                {
                    builder.Add(
                        Optional(record, "iteration") ?? 0,
                        record.Number<int>("layer"),
                        Optional(record, "rank"),
                        record.Number<int>("expert"),
                        Optional(record, "tokens") ?? 1
                    );
                }

                break;
        }

        return builder.Build();
    }

    private static int? Optional(DelimitedRecord record, string column) =>
        record.Columns.Contains(column) ? record.Number<int>(column) : null;

    private static void Table(ParquetTable table, Builder builder)
    {
        long[] layers = table.Int64s("layer");
        long[] chosen = table.Int64s("expert");
        long[]? iterations = table.Names.Contains("iteration") ? table.Int64s("iteration") : null;
        long[]? rank = table.Names.Contains("rank") ? table.Int64s("rank") : null;
        long[]? tokens = table.Names.Contains("tokens") ? table.Int64s("tokens") : null;
        for (int row = 0; row < layers.Length; row++)
        {
            builder.Add((int)(iterations?[row] ?? 0), (int)layers[row], (int?)rank?[row], (int)chosen[row], (int)(tokens?[row] ?? 1));
        }
    }

    private static void Paths(NpyArray array, Builder builder, string path)
    {
        if (array.Shape.Count is not (2 or 3))
        {
            throw new MalformedFileException(
                path,
                "experts as [tokens, layers] or [tokens, layers, k]",
                $"[{string.Join(", ", array.Shape)}]"
            );
        }

        long[] values = array.ConvertedTo<long>();
        int layers = array.Shape[1];
        int k = array.Shape.Count == 3 ? array.Shape[2] : 1;
        builder.ExpectPerLayer(values.Length / Math.Max(1, layers));
        for (long i = 0; i < values.Length; i++)
        {
            builder.Add(0, (int)(i / k % layers), null, checked((int)values[i]), 1);
        }
    }

    /// <summary>Collects counts; those without a rank are given one at the end of each layer's number of tokens.</summary>
    private sealed class Builder(string path, int ranks, int experts, SourceRanks source)
    {
        private readonly SortedDictionary<(int Iteration, int Layer), List<(int? Rank, int Expert, int Tokens)>> _rows = [];
        private bool _assumed;

        public void ExpectPerLayer(int rows) => Expected = rows;

        private int Expected { get; set; }

        public void Add(int iteration, int layer, int? rank, int expert, int tokens)
        {
            if ((uint)expert >= (uint)experts || rank is < 0 || rank >= ranks || tokens < 0 || layer < 0)
            {
                throw new ResearchKitException(
                    MoeErrors.TraceMismatch,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{path}: {tokens} tokens for expert {expert} in layer {layer}{(rank is { } r ? $" of rank {r}" : "")}; there are experts 0 to {experts - 1}, ranks 0 to {ranks - 1}, layers from 0."
                    ),
                    "Give the model's number of experts and the cluster's of ranks as they are in the trace."
                );
            }

            if (!_rows.TryGetValue((iteration, layer), out List<(int?, int, int)>? rows))
            {
                _rows.Add((iteration, layer), rows = new(Expected));
            }

            rows.Add((rank, expert, tokens));
            _assumed |= rank is null;
        }

        public ImportedTrace Build()
        {
            IReadOnlyList<IReadOnlyList<TokenCounts>> iterations =
            [
                .. _rows
                    .GroupBy(row => row.Key.Iteration)
                    .Select(iteration => (IReadOnlyList<TokenCounts>)[.. iteration.Select(layer => Counts(layer.Value))]),
            ];
            if (iterations.Count == 0)
            {
                throw new MalformedFileException(path, "at least one layer with tokens", "nothing");
            }

            string how = source == SourceRanks.Blocks ? "consecutive tokens are on one rank" : "token t is on rank t mod G";
            return new(iterations, _assumed ? $"the trace does not say on which rank a token is; {how}" : null);
        }

        private TokenCounts Counts(List<(int? Rank, int Expert, int Tokens)> rows)
        {
            long total = rows.Sum(static row => row.Rank is null ? (long)row.Tokens : 0);
            int[] counts = new int[ranks * experts];
            long next = 0;
            foreach ((int? rank, int expert, int tokens) in rows)
            {
                if (rank is { } known)
                {
                    counts[(known * experts) + expert] += tokens;
                    continue;
                }

                for (int i = 0; i < tokens; i++, next++)
                {
                    long on = source == SourceRanks.Blocks ? next * ranks / total : next % ranks;
                    counts[(on * experts) + expert]++;
                }
            }

            return TokenCounts.Of(ranks, experts, counts);
        }
    }
}
