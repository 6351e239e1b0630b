using System.Globalization;
using System.Text.Json;
using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>Keeps a trained router in one safetensors file: weights, scaler, centroids; threshold, temperature and sources as metadata.</summary>
public static class RouterFile
{
    private const string Format = "researchkit-router-1";

    /// <summary>Writes a router, whole or not at all.</summary>
    /// <param name="router">The router.</param>
    /// <param name="path">The file.</param>
    /// <param name="ct">Cancels.</param>
    public static Task SaveAsync(NeuralSourceRouter router, string path, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        List<SafetensorsTensor> tensors =
        [
            .. router.Parameters.Layout.Entries.Select(e =>
                SafetensorsTensor.OfSingles(e.Name, e.Shape, router.Parameters.Memory.Slice(e.Offset, e.Count))
            ),
            .. router.Sources.Select(
                (s, i) =>
                    SafetensorsTensor.OfSingles(string.Create(CultureInfo.InvariantCulture, $"centroid.{i}"), [s.Dimension], s.Centroid)
            ),
        ];
        if (router.Scaler is { } scaler)
        {
            tensors.Add(OfDoubles("scaler.mean", scaler.Mean));
            tensors.Add(OfDoubles("scaler.scale", scaler.Scale));
        }
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            ["format"] = Format,
            ["threshold"] = router.Threshold.ToString("R", CultureInfo.InvariantCulture),
            ["temperature"] = router.Temperature.ToString("R", CultureInfo.InvariantCulture),
            ["sources"] = JsonSerializer.Serialize(router.Sources.Select(s => new Source(s.Name, s.Encoder, s.DocumentCount, s.Cost))),
        };
        return SafetensorsWriter.WriteAsync(path, tensors, metadata, ct);
    }

    /// <summary>Reads a router.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is no such file, or a tensor is missing or of another size.</exception>
    public static NeuralSourceRouter Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format)
        {
            throw new MalformedFileException(path, $"a router ({Format})", format ?? "another safetensors file");
        }
        try
        {
            Source[] sources = JsonSerializer.Deserialize<Source[]>(file.Metadata["sources"]) ?? [];
            SourceProfile[] profiles =
            [
                .. sources.Select(
                    (s, i) =>
                        new SourceProfile
                        {
                            Name = s.Name,
                            Encoder = s.Encoder,
                            DocumentCount = s.DocumentCount,
                            Cost = s.Cost,
                            Centroid = Singles(file, string.Create(CultureInfo.InvariantCulture, $"centroid.{i}")),
                        }
                ),
            ];
            ParameterVector parameters = new(
                RouterWeights.Layout(RouterFeatures.Length(profiles), (int)file["fc1.bias"].Count, (int)file["fc2.bias"].Count)
            );
            foreach (ParameterEntry entry in parameters.Layout.Entries)
            {
                Singles(file, entry.Name).CopyTo(parameters.Slice(entry.Name));
            }
            StandardScaler? scaler = file.TryFind("scaler.mean", out _)
                ? new StandardScaler(Doubles(file, "scaler.mean"), Doubles(file, "scaler.scale"))
                : null;
            return new NeuralSourceRouter(
                profiles,
                parameters,
                scaler,
                double.Parse(file.Metadata["threshold"], CultureInfo.InvariantCulture),
                double.Parse(file.Metadata["temperature"], CultureInfo.InvariantCulture)
            );
        }
        catch (Exception e)
            when (e is ArgumentException or KeyNotFoundException or JsonException or FormatException or InvalidOperationException)
        {
            throw new MalformedFileException(path, "weights, centroids and metadata that fit together", e.Message, innerException: e);
        }
    }

    private static SafetensorsTensor OfDoubles(string name, IReadOnlyList<double> values)
    {
        byte[] bytes = new byte[sizeof(double) * values.Count];
        for (int i = 0; i < values.Count; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(double) * i), values[i]);
        }
        return SafetensorsTensor.OfBytes(name, ElementType.Float64, [values.Count], bytes);
    }

    private static float[] Singles(SafetensorsFile file, string name)
    {
        float[] values = new float[file[name].Count];
        file.ReadSingles(name, 0, values);
        return values;
    }

    private static double[] Doubles(SafetensorsFile file, string name)
    {
        byte[] bytes = new byte[file[name].Bytes];
        file.Read(name, 0, bytes);
        double[] values = new double[bytes.Length / sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(sizeof(double) * i));
        }
        return values;
    }

    private sealed record Source(string Name, string Encoder, long DocumentCount, double Cost);
}
