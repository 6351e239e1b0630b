namespace ResearchKit.Merge;

/// <summary>Opens what people have: a file, or a folder in the Hugging Face layout (safetensors, sharded or not; PyTorch; a PEFT LoRA adapter).</summary>
public static class ModelPath
{
    private static readonly string[] Weights =
    [
        "model.safetensors.index.json",
        "model.safetensors",
        "pytorch_model.bin.index.json",
        "pytorch_model.bin",
    ];
    private static readonly string[] WeightEndings = [".safetensors", ".bin", ".pt", ".pth", ".index.json"];

    /// <summary>Opens a model: headers only.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="base">The base, which an adapter is added to; null where the base itself is opened.</param>
    /// <exception cref="ArgumentException">There is nothing there that holds a model.</exception>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static ICheckpoint Open(string path, ICheckpoint? @base = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (File.Exists(path))
        {
            return OpenFile(path);
        }
        if (!Directory.Exists(path))
        {
            throw new ArgumentException($"{path} is not there: name a file or a folder with a model.", nameof(path));
        }
        if (Weights.Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists) is { } known)
        {
            return OpenFile(known);
        }
        if (File.Exists(System.IO.Path.Combine(path, "adapter_model.safetensors")))
        {
            return @base is null
                ? throw new ArgumentException($"{path} is an adapter, which needs a base: it cannot be the base itself.", nameof(path))
                : LoraCheckpoint.Open(path, @base);
        }
        string[] files = [.. Directory.EnumerateFiles(path, "*.safetensors")];
        return files.Length == 1
            ? OpenFile(files[0])
            : throw new ArgumentException(
                $"{path} holds no model that is known: looked for {string.Join(", ", Weights)}, adapter_model.safetensors, or one .safetensors file ({files.Length} are there).",
                nameof(path)
            );
    }

    /// <summary>The files of a folder that go with a model but hold no weights: configuration, tokenizer.</summary>
    public static IReadOnlyList<string> Companions(string path) =>
        Directory.Exists(path)
            ?
            [
                .. Directory
                    .EnumerateFiles(path)
                    .Where(file => !WeightEndings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                    .Where(file =>
                        System.IO.Path.GetFileName(file) is not ("adapter_config.json" or "README.md")
                        && !System.IO.Path.GetFileName(file).StartsWith('.')
                    )
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    private static ICheckpoint OpenFile(string file) =>
        file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".safetensors.index.json", StringComparison.OrdinalIgnoreCase)
            ? SafetensorsCheckpoint.Open(file)
        : file.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".pt", StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".pth", StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".bin.index.json", StringComparison.OrdinalIgnoreCase)
            ? PyTorchCheckpoint.Open(file)
        : throw new ArgumentException(
            $"{file} is of no kind that is known: .safetensors, .bin, .pt, .pth, or an index of them.",
            nameof(file)
        );
}
