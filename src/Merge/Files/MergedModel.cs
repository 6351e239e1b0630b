using System.Numerics.Tensors;
using System.Text.Json;
using ResearchKit.Numerics;
using ResearchKit.Storage;
using TorchSharp;

namespace ResearchKit.Merge;

/// <summary>A merged folder, open for reading: each task's tensors, what is shared read from one place. Safe to read from several threads.</summary>
public sealed class MergedModel : IDisposable
{
    private readonly string _folder;
    private readonly Dictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (StoredBlockInfo Block, BlockTensor Part)[]> _places;

    private MergedModel(string folder, MergeManifest manifest)
    {
        (_folder, Manifest) = (folder, manifest);
        _places = manifest
            .Blocks.SelectMany(block => block.Parts.Select(part => (Block: block, Part: part)))
            .GroupBy(place => place.Part.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderBy(place => place.Part.First).ToArray(), StringComparer.Ordinal);
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder, "*.safetensors"))
            {
                _files[Path.GetFileName(path)] = SafetensorsFile.Open(path);
            }
            Check();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the folder holds.</summary>
    public MergeManifest Manifest { get; }

    /// <summary>Opens a folder: the manifest and all headers are read and checked.</summary>
    /// <exception cref="ResearchKitException">RK6303: it is no merged folder, is damaged, or was written by a newer version.</exception>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static MergedModel Open(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        string path = Path.Combine(folder, MergeManifest.FileName);
        if (!File.Exists(path))
        {
            throw Invalid(folder, $"it has no {MergeManifest.FileName}");
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.TryGetProperty("schema", out JsonElement schema) && schema.GetInt32() > MergeManifest.CurrentSchema)
            {
                throw Invalid(folder, $"it was written by a newer version (format {schema}, known is {MergeManifest.CurrentSchema})");
            }
            MergeManifest manifest =
                json.Deserialize<MergeManifest>(MergeManifest.Json) ?? throw new MalformedFileException(path, "a manifest", "null");
            return new MergedModel(folder, manifest);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new MalformedFileException(path, "the manifest of a merged folder", e.Message, innerException: e);
        }
    }

    /// <summary>The number of a task.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public int Task(string name)
    {
        for (int task = 0; task < Manifest.Tasks.Count; task++)
        {
            if (Manifest.Tasks[task] == name)
            {
                return task;
            }
        }
        throw new ArgumentException($"There is no task \"{name}\"; there are {string.Join(", ", Manifest.Tasks)}.", nameof(name));
    }

    /// <summary>A task's tensors: those merged, those equal in all models, and its own heads.</summary>
    public IReadOnlyList<TensorInfo> Tensors(int task) =>
        [
            .. _places.Keys.Select(name => new TensorInfo(name, Manifest.Types[name], Manifest.Shapes[name])),
            .. Rest(task).SelectMany(file => file.Tensors).Select(entry => new TensorInfo(entry.Name, entry.Type, entry.Shape)),
        ];

    /// <summary>The bytes of a task's tensor, ready to be written.</summary>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    public byte[] Read(int task, string tensor)
    {
        if (!_places.TryGetValue(tensor, out (StoredBlockInfo Block, BlockTensor Part)[]? places))
        {
            SafetensorsFile file =
                Rest(task).FirstOrDefault(f => f.TryFind(tensor, out _))
                ?? throw new ArgumentException($"There is no tensor \"{tensor}\" for task \"{Manifest.Tasks[task]}\".", nameof(tensor));
            byte[] own = new byte[file[tensor].Bytes];
            file.Read(tensor, 0, own);
            return own;
        }
        ElementType type = Manifest.Types[tensor];
        byte[] bytes = new byte[places.Sum(place => (long)place.Part.Length * type.Bytes())];
        foreach ((StoredBlockInfo block, BlockTensor part) in places)
        {
            ReadPart(task, block, part, type, bytes.AsSpan((int)(part.First * type.Bytes()), part.Length * type.Bytes()));
        }
        return bytes;
    }

    /// <summary>A task's tensor as float32.</summary>
    public float[] ReadSingles(int task, string tensor)
    {
        byte[] bytes = Read(task, tensor);
        ElementType type = Tensors(task).First(t => t.Name == tensor).Type;
        float[] values = new float[bytes.Length / type.Bytes()];
        if (type == ElementType.Float64)
        {
            TensorPrimitives.ConvertTruncating<double, float>(
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes),
                values
            );
        }
        else
        {
            type.Widen(bytes, values);
        }
        return values;
    }

    /// <summary>All tensors of all tasks in memory; what several tasks share is one tensor. The caller disposes it.</summary>
    public SharedTensors LoadShared(CancellationToken ct = default)
    {
        Torch.EnsureLoaded();
        Dictionary<(string, string), torch.Tensor> stored = [];
        Dictionary<string, torch.Tensor>[] byTask =
        [
            .. Manifest.Tasks.Select(_ => new Dictionary<string, torch.Tensor>(StringComparer.Ordinal)),
        ];
        for (int task = 0; task < byTask.Length; task++)
        {
            foreach (TensorInfo tensor in Tensors(task).Where(t => t.IsMergeable))
            {
                ct.ThrowIfCancellationRequested();
                (string, string) key = (tensor.Name, Version(task, tensor.Name));
                if (!stored.TryGetValue(key, out torch.Tensor? value))
                {
                    stored[key] = value = torch.tensor(ReadSingles(task, tensor.Name), [.. tensor.Shape]).DetachFromDisposeScope();
                }
                byTask[task][tensor.Name] = value;
            }
        }
        return new SharedTensors(Manifest.Tasks, byTask, [.. stored.Values]);
    }

    /// <summary>Writes an ordinary model of one task: <c>model.safetensors</c>, and the configuration and tokenizer that were carried over.</summary>
    /// <param name="task">The task.</param>
    /// <param name="output">The folder; it must not be there yet.</param>
    /// <param name="ct">Cancels; nothing half-written stays.</param>
    /// <exception cref="ArgumentException">The folder is there already.</exception>
    public Task MaterializeAsync(int task, string output, CancellationToken ct = default) =>
        AtomicFolder.WriteAsync(
            output,
            async (folder, token) =>
            {
                await SafetensorsWriter.WriteAsync(
                    Path.Combine(folder, "model.safetensors"),
                    Tensors(task)
                        .Select(tensor => new SafetensorsTensor(
                            tensor.Name,
                            tensor.Type,
                            tensor.Shape,
                            async (stream, inner) => await stream.WriteAsync(Read(task, tensor.Name), inner)
                        )),
                    new Dictionary<string, string> { ["format"] = "pt" },
                    token
                );
                // The task's own files win over the base's.
                foreach (string owner in new[] { "base", Manifest.Tasks[task] })
                {
                    string from = Path.Combine(_folder, "files", owner);
                    foreach (string file in Directory.Exists(from) ? Directory.EnumerateFiles(from) : [])
                    {
                        File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
                    }
                }
            },
            ct: ct
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void ReadPart(int task, StoredBlockInfo block, BlockTensor part, ElementType type, Span<byte> into)
    {
        SafetensorsFile file = _files[block.File];
        int number = Group(task, block);
        string key = BlockWriter.Key(part, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (block.Groups[number].Form == StoredForm.Parameters)
        {
            file.Read(key, 0, into);
            return;
        }
        string name = Manifest.Tasks[task];
        float[] unified = Singles(file, key, part.Length);
        float[] start = Singles(file, BlockWriter.Key(part, "base"), part.Length);
        if (file.TryFind($"{name}.scale", out _))
        {
            float[] scale = Singles(file, $"{name}.scale", 1);
            TensorPrimitives.Multiply(unified, scale[0], unified);
        }
        byte[] packed = new byte[BitMask.PackedBytes(part.Length)];
        file.Read($"{BlockWriter.Key(part, name)}.mask", 0, packed);
        new BitMask(part.Length, packed).Apply(unified);
        TensorPrimitives.Add(start, unified, start);
        Narrowing.Narrow(type, start, into);
    }

    private static float[] Singles(SafetensorsFile file, string name, int count)
    {
        float[] values = new float[count];
        if (file[name].Type == ElementType.Float64)
        {
            byte[] bytes = new byte[file[name].Bytes];
            file.Read(name, 0, bytes);
            TensorPrimitives.ConvertTruncating<double, float>(
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes),
                values
            );
            return values;
        }
        file.ReadSingles(name, 0, values);
        return values;
    }

    private string Version(int task, string tensor) =>
        _places.TryGetValue(tensor, out (StoredBlockInfo Block, BlockTensor Part)[]? places)
            ? string.Join(
                ',',
                places.Select(place =>
                {
                    int number = Group(task, place.Block);
                    return place.Block.Groups[number].Form == StoredForm.Masked ? $"{number}/{task}" : $"{number}";
                })
            )
        : _files.TryGetValue(BlockWriter.SharedFile, out SafetensorsFile? shared) && shared.TryFind(tensor, out _) ? "shared"
        : $"own/{task}";

    private static int Group(int task, StoredBlockInfo block)
    {
        for (int number = 0; number < block.Groups.Count; number++)
        {
            if (block.Groups[number].Tasks.Contains(task))
            {
                return number;
            }
        }
        throw new ArgumentException($"Block \"{block.Name}\" has no version for task {task}.", nameof(task));
    }

    private IEnumerable<SafetensorsFile> Rest(int task) =>
        new[] { BlockWriter.SharedFile, BlockWriter.HeadFile(Manifest.Tasks[task]) }.Where(_files.ContainsKey).Select(name => _files[name]);

    private void Check()
    {
        foreach (StoredBlockInfo block in Manifest.Blocks)
        {
            if (!_files.TryGetValue(block.File, out SafetensorsFile? file))
            {
                throw Invalid(_folder, $"{block.File} of block \"{block.Name}\" is missing");
            }
            for (int number = 0; number < block.Groups.Count; number++)
            {
                foreach (BlockTensor part in block.Parts)
                {
                    string key = BlockWriter.Key(part, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    if (!file.TryFind(key, out SafetensorsEntry? entry) || entry.Count != part.Length)
                    {
                        throw Invalid(_folder, $"{block.File} lacks \"{key}\" of {part.Length} elements");
                    }
                }
            }
            if (!block.Groups.SelectMany(group => group.Tasks).Order().SequenceEqual(Enumerable.Range(0, Manifest.Tasks.Count)))
            {
                throw Invalid(_folder, $"the groups of block \"{block.Name}\" are no partition of the tasks");
            }
        }
    }

    private static ResearchKitException Invalid(string folder, string reason) =>
        new(
            MergeErrors.MergedFolderInvalid,
            $"{folder} is no usable merged folder: {reason}.",
            "Merge again, or name the folder that 'merge run' wrote."
        );
}
