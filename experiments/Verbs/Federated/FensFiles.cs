using System.Globalization;
using System.Text.Json;
using ResearchKit.Cli;
using ResearchKit.Data;
using ResearchKit.Federated;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary>The folder that <c>federated fens</c> writes; every file is whole or not there.</summary>
/// <param name="folder">The folder.</param>
internal sealed class FensFiles(string folder)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private string AggregatorPath => Path.Combine(folder, "aggregator.safetensors");

    /// <summary>Where an interrupted job is kept.</summary>
    public string Checkpoints => Path.Combine(folder, "checkpoints");

    /// <summary>Refuses to replace results, or to begin anew over an interrupted job, unless asked to.</summary>
    public void EnsureFree(bool force, bool resume)
    {
        if (File.Exists(AggregatorPath) && !force && !resume)
        {
            throw new UsageException($"{AggregatorPath} is there; give --force to replace it, or another --out.");
        }
        if (!Directory.Exists(Checkpoints) || resume)
        {
            return;
        }
        if (!force)
        {
            throw new UsageException($"{folder} holds an interrupted job; give --resume to go on, or --force to begin anew.");
        }
        Directory.Delete(Checkpoints, recursive: true);
    }

    /// <summary>A client's model as the others received it.</summary>
    public Task WriteModelAsync(string name, ParameterVector parameters, CancellationToken cancellationToken) =>
        SafetensorsWriter.WriteAsync(
            Path.Combine(folder, "models", $"{name.Replace(' ', '-')}.safetensors"),
            parameters.Layout.Entries.Select(entry =>
                SafetensorsTensor.OfSingles(entry.Name, entry.Shape, parameters.Memory.Slice(entry.Offset, entry.Count))
            ),
            cancellationToken: cancellationToken
        );

    /// <summary>The proxy and test rows as npy files, so that models can be evaluated elsewhere: proxies client by client, then the test rows.</summary>
    public async Task WriteRowsAsync(
        IReadOnlyList<ClientSplit> splits,
        LabeledData test,
        IReadOnlyList<IReadOnlyList<int>> counts,
        CancellationToken cancellationToken
    )
    {
        LabeledData[] parts = [.. splits.Select(split => split.Proxy), test];
        int width = test.FeatureLength;
        int count = parts.Sum(part => part.Count);
        (float[] features, int[] labels, int[] owners) = (new float[count * width], new int[count], new int[count]);
        int at = 0;
        foreach ((int i, LabeledData part) in parts.Index())
        {
            part.CopyBatch(
                [.. Enumerable.Range(0, part.Count)],
                features.AsSpan(at * width, part.Count * width),
                labels.AsSpan(at, part.Count)
            );
            owners.AsSpan(at, part.Count).Fill(i == splits.Count ? -1 : i);
            at += part.Count;
        }
        await NpyFile.SaveAsync(Path.Combine(folder, "rows", "features.npy"), NpyArray.Of(features, count, width), cancellationToken);
        await NpyFile.SaveAsync(Path.Combine(folder, "rows", "labels.npy"), NpyArray.Of(labels, count), cancellationToken);
        await NpyFile.SaveAsync(Path.Combine(folder, "rows", "owners.npy"), NpyArray.Of(owners, count), cancellationToken);
        await NpyFile.SaveAsync(
            Path.Combine(folder, "rows", "counts.npy"),
            NpyArray.Of(counts.SelectMany(own => own).ToArray(), counts.Count, counts[0].Count),
            cancellationToken
        );
    }

    /// <summary>Each client's logits on these rows.</summary>
    public async Task WriteLogitsAsync(FensInput input, CancellationToken cancellationToken)
    {
        LogitTable[] tables = [.. input.Proxies.Select(proxy => proxy.Logits), input.Test];
        int outputs = input.Test.Outputs;
        for (int client = 0; client < input.Test.Clients; client++)
        {
            float[] own = [.. tables.SelectMany(table => table.OnlyClients([client]).Values)];
            await NpyFile.SaveAsync(
                Path.Combine(folder, "logits", $"client{client.ToString(CultureInfo.InvariantCulture)}.npy"),
                NpyArray.Of(own, own.Length / outputs, outputs),
                cancellationToken
            );
        }
    }

    /// <summary>The aggregator: its parameters, and beside them what they mean.</summary>
    public async Task<string> WriteAggregatorAsync(
        string name,
        ParameterVector lambda,
        LogitTable z,
        IReadOnlyList<string> classes,
        FensRequest request,
        CancellationToken cancellationToken
    )
    {
        await SafetensorsWriter.WriteAsync(
            AggregatorPath,
            lambda.Layout.Entries.Select(entry =>
                SafetensorsTensor.OfSingles(entry.Name, entry.Shape, lambda.Memory.Slice(entry.Offset, entry.Count))
            ),
            new Dictionary<string, string> { ["aggregator"] = name },
            cancellationToken
        );
        var description = new
        {
            Aggregator = name,
            Clients = z.Clients,
            z.Outputs,
            z.Classes,
            ClassNames = classes,
            InputOrder = "client by client: index = client x outputs + class",
            request.Rounds,
            request.ServerRate,
            request.Seed,
            Parameters = lambda.Length,
        };
        await AtomicFile.WriteTextAsync(
            Path.Combine(folder, "aggregator.json"),
            JsonSerializer.Serialize(description, Json) + "\n",
            cancellationToken
        );
        return AggregatorPath;
    }

    /// <summary>The table.</summary>
    public Task WriteTableAsync(FensReport report, CancellationToken cancellationToken) =>
        AtomicFile.WriteTextAsync(
            Path.Combine(folder, "table.csv"),
            string.Join(
                '\n',
                [
                    "method,accuracy,oracle,up_bytes,down_bytes",
                    .. report.Methods.Select(line =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"\"{line.Method}\",{line.Accuracy:R},{line.Oracle:R},{line.UpBytes},{line.DownBytes}"
                        )
                    ),
                    "",
                ]
            ),
            cancellationToken
        );

    /// <summary>The job is done: nothing is left to go on with.</summary>
    public void RemoveCheckpoints()
    {
        if (Directory.Exists(Checkpoints))
        {
            Directory.Delete(Checkpoints, recursive: true);
        }
    }
}
