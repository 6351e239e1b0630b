using System.Text.Json;
using ResearchKit.Data;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Rows of users as LEAF writes them (arXiv:1812.01097): JSON files with <c>users</c>, <c>num_samples</c> and <c>user_data</c>, of each user <c>x</c> (rows of numbers) and <c>y</c> (labels).
/// </summary>
public static class LeafFile
{
    /// <summary>Reads the users of a file, in its order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">The shape of a row.</param>
    /// <param name="classes">The classes; labels are in [0, classes).</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">It is something else, or a row has another length, or a label is none.</exception>
    public static async Task<IReadOnlyList<(string User, LabeledData Rows)>> LoadAsync(
        string path,
        IReadOnlyList<int> shape,
        int classes,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        await using FileStream stream = File.OpenRead(path);
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            JsonElement data = document.RootElement.GetProperty("user_data");
            return
            [
                .. document
                    .RootElement.GetProperty("users")
                    .EnumerateArray()
                    .Select(user =>
                        (user.GetString()!, Rows(data.GetProperty(user.GetString()!), user.GetString()!, shape, classes, path))
                    ),
            ];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new MalformedFileException(path, "users with x and y, as LEAF writes them", problem.Message);
        }
    }

    /// <summary>Deals users to nodes: shuffled, floor(users / nodes) each, the rest to the last node, as the papers do.</summary>
    public static IReadOnlyList<LabeledData> Deal(
        IReadOnlyList<(string User, LabeledData Rows)> users,
        int nodes,
        Numerics.RandomStream stream
    )
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(stream);
        if (nodes < 1 || nodes > users.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(nodes), nodes, $"{users.Count} users are dealt to 1 to {users.Count} nodes.");
        }

        LabeledData[] order = [.. users.OrderBy(u => u.User, StringComparer.Ordinal).Select(u => u.Rows)];
        stream.Shuffle<LabeledData>(order);
        int each = order.Length / nodes;
        return [.. Enumerable.Range(0, nodes).Select(i => Joined(order[(i * each)..(i == nodes - 1 ? order.Length : (i + 1) * each)]))];
    }

    private static LabeledData Joined(LabeledData[] parts)
    {
        int length = parts[0].FeatureLength;
        float[] features = new float[parts.Sum(p => p.Count) * length];
        int[] labels = new int[parts.Sum(p => p.Count)];
        int row = 0;
        foreach (LabeledData part in parts)
        {
            part.CopyBatch(
                [.. Enumerable.Range(0, part.Count)],
                features.AsSpan(row * length, part.Count * length),
                labels.AsSpan(row, part.Count)
            );
            row += part.Count;
        }

        return LabeledData.Of(features, labels, parts[0].Schema);
    }

    private static LabeledData Rows(JsonElement data, string user, IReadOnlyList<int> shape, int classes, string path)
    {
        int length = shape.Aggregate(1, static (a, b) => a * b);
        List<float> features = [];
        foreach (JsonElement row in data.GetProperty("x").EnumerateArray())
        {
            int before = features.Count;
            features.AddRange(row.EnumerateArray().Select(v => v.GetSingle()));
            if (features.Count - before != length)
            {
                throw new MalformedFileException(path, $"rows of {length} numbers for user {user}", $"{features.Count - before}");
            }
        }

        int[] labels = [.. data.GetProperty("y").EnumerateArray().Select(v => v.GetInt32())];
        if (labels.Length * length != features.Count || labels.Any(label => (uint)label >= (uint)classes))
        {
            throw new MalformedFileException(
                path,
                $"as many labels as rows for user {user}, each in [0, {classes})",
                $"{labels.Length} labels and {features.Count / length} rows"
            );
        }

        return LabeledData.Of([.. features], labels, new LabeledDataSchema { FeatureShape = shape, ClassCount = classes });
    }
}
