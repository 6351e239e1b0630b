using System.Text.Json;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>
/// A PEFT LoRA adapter seen as a whole model: base plus scale times B A for every adapted weight (Hu et al., arXiv:2106.09685), and the modules that the adapter saved whole. Its task vector is the low-rank product.
/// </summary>
public sealed class LoraCheckpoint : ICheckpoint
{
    private const string Prefix = "base_model.model.";

    private readonly ICheckpoint _base;
    private readonly SafetensorsCheckpoint _adapter;
    private readonly Dictionary<string, (float[] A, float[] B, int Rank)> _pairs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _whole = new(StringComparer.Ordinal);
    private readonly float _scale;
    private readonly bool _transposed;

    private LoraCheckpoint(string folder, ICheckpoint @base)
    {
        string config = System.IO.Path.Combine(folder, "adapter_config.json");
        string weights = System.IO.Path.Combine(folder, "adapter_model.safetensors");
        (Path, Files, _base) = (folder, [config, weights], @base);
        (_scale, _transposed) = ReadConfig(config);
        _adapter = SafetensorsCheckpoint.Open(weights);
        try
        {
            foreach (string name in _adapter.Tensors.Keys)
            {
                Place(name, weights);
            }
        }
        catch
        {
            _adapter.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _base.Tensors;

    /// <summary>Opens an adapter's folder: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="base">The base it was trained on; stays the caller's.</param>
    /// <exception cref="MalformedFileException">The adapter is no LoRA, has options that are not supported, or does not fit the base.</exception>
    public static LoraCheckpoint Open(string folder, ICheckpoint @base)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(@base);
        return new LoraCheckpoint(folder, @base);
    }

    /// <inheritdoc/>
    public void ReadSingles(string tensor, long first, Span<float> into)
    {
        if (_whole.TryGetValue(tensor, out string? saved))
        {
            _adapter.ReadSingles(saved, first, into);
            return;
        }
        _base.ReadSingles(tensor, first, into);
        if (!_pairs.TryGetValue(tensor, out (float[] A, float[] B, int Rank) pair))
        {
            return;
        }
        int columns = (int)Tensors[tensor].Shape[1];
        int rows = (int)Tensors[tensor].Shape[0];
        for (int i = 0; i < into.Length; i++)
        {
            (int row, int column) = ((int)((first + i) / columns), (int)((first + i) % columns));
            (int output, int input) = _transposed ? (column, row) : (row, column);
            int inputs = _transposed ? rows : columns;
            double sum = 0;
            for (int k = 0; k < pair.Rank; k++)
            {
                sum += (double)pair.B[(output * pair.Rank) + k] * pair.A[(k * inputs) + input];
            }
            into[i] += (float)(_scale * sum);
        }
    }

    /// <inheritdoc/>
    public void ReadBytes(string tensor, long offset, Span<byte> into)
    {
        TensorInfo info = Tensors[tensor];
        if (_whole.TryGetValue(tensor, out string? saved) && _adapter.Tensors[saved].Type == info.Type)
        {
            _adapter.ReadBytes(saved, offset, into);
            return;
        }
        if (!_whole.ContainsKey(tensor) && !_pairs.ContainsKey(tensor))
        {
            _base.ReadBytes(tensor, offset, into);
            return;
        }
        int size = info.Type.Bytes();
        float[] values = new float[into.Length / size];
        ReadSingles(tensor, offset / size, values);
        Narrowing.Narrow(info.Type, values, into);
    }

    /// <inheritdoc/>
    public void Dispose() => _adapter.Dispose();

    private void Place(string name, string file)
    {
        string plain = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        if (plain.EndsWith(".lora_B.weight", StringComparison.Ordinal))
        {
            return; // read with its partner
        }
        if (plain.EndsWith(".lora_A.weight", StringComparison.Ordinal))
        {
            string target = plain[..^".lora_A.weight".Length] + ".weight";
            string partner = name[..^"lora_A.weight".Length] + "lora_B.weight";
            if (!Tensors.TryGetValue(target, out TensorInfo? info) || info.Shape.Count != 2)
            {
                throw new MalformedFileException(
                    file,
                    $"a base with a matrix \"{target}\" for \"{name}\"",
                    Tensors.ContainsKey(target) ? info!.Text : "none"
                );
            }
            if (!_adapter.Tensors.TryGetValue(partner, out TensorInfo? b))
            {
                throw new MalformedFileException(file, $"\"{partner}\" beside \"{name}\"", "none");
            }
            TensorInfo a = _adapter.Tensors[name];
            (long outputs, long inputs) = _transposed ? (info.Shape[1], info.Shape[0]) : (info.Shape[0], info.Shape[1]);
            if (a.Shape.Count != 2 || b.Shape.Count != 2 || a.Shape[1] != inputs || b.Shape[0] != outputs || a.Shape[0] != b.Shape[1])
            {
                throw new MalformedFileException(file, $"factors of \"{target}\" {info.Text}", $"A {a.Text}, B {b.Text}");
            }
            _pairs[target] = (Read(name), Read(partner), (int)a.Shape[0]);
            return;
        }
        plain = plain.Replace(".modules_to_save.default", "", StringComparison.Ordinal);
        if (!Tensors.TryGetValue(plain, out TensorInfo? whole) || !whole.Shape.SequenceEqual(_adapter.Tensors[name].Shape))
        {
            throw new MalformedFileException(file, "LoRA factors, and whole tensors that the base has", $"\"{name}\"");
        }
        _whole[plain] = name;
    }

    private float[] Read(string name)
    {
        float[] values = new float[_adapter.Tensors[name].Count];
        _adapter.ReadSingles(name, 0, values);
        return values;
    }

    private static (float Scale, bool Transposed) ReadConfig(string path)
    {
        if (!File.Exists(path))
        {
            throw new MalformedFileException(path, "an adapter's configuration beside its weights", "no file");
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            string kind = root.TryGetProperty("peft_type", out JsonElement type) ? type.GetString() ?? "" : "";
            if (kind != "LORA")
            {
                throw new MalformedFileException(path, "peft_type LORA", kind.Length == 0 ? "none" : kind);
            }
            foreach (string pattern in new[] { "rank_pattern", "alpha_pattern" })
            {
                if (
                    root.TryGetProperty(pattern, out JsonElement value)
                    && value.ValueKind == JsonValueKind.Object
                    && value.EnumerateObject().Any()
                )
                {
                    throw new MalformedFileException(path, $"an empty {pattern}", value.ToString());
                }
            }
            if (Flag(root, "use_dora"))
            {
                throw new MalformedFileException(path, "plain LoRA", "use_dora");
            }
            double rank = root.GetProperty("r").GetDouble();
            double alpha = root.TryGetProperty("lora_alpha", out JsonElement a) ? a.GetDouble() : rank;
            return ((float)(alpha / (Flag(root, "use_rslora") ? Math.Sqrt(rank) : rank)), Flag(root, "fan_in_fan_out"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MalformedFileException(path, "an object with peft_type, r and lora_alpha", e.Message, innerException: e);
        }
    }

    private static bool Flag(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
}
