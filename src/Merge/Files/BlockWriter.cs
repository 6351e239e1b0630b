using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>Merges and writes one block after the other: what a single task keeps is copied byte by byte, elementwise algorithms run in chunks, the others on one group of a block at a time.</summary>
internal sealed class BlockWriter(
    ICheckpoint @base,
    IReadOnlyList<(string Task, ICheckpoint Model)> tasks,
    CheckpointVectors vectors,
    IMergeAlgorithm algorithm,
    IPreparation? preparation
)
{
    public const string SharedFile = "shared.safetensors";
    private const int CopyBytes = 1 << 20;

    private float[][] _buffers = [];

    public static string Key(BlockTensor part, string suffix) =>
        part.First == 0 ? $"{part.Name}@{suffix}" : string.Create(CultureInfo.InvariantCulture, $"{part.Name}#{part.First}@{suffix}");

    public static string HeadFile(string task) => $"heads-{task}.safetensors";

    /// <summary>How the groups of a block are stored: small groups of mask algorithms are their tasks' own versions.</summary>
    public IReadOnlyList<StoredGroup> Forms(IReadOnlyList<IReadOnlyList<int>> groups) =>
        [
            .. groups.SelectMany(group =>
                group.Count == 1 || group.Count >= algorithm.Traits.MinimumGroup
                    ? [new StoredGroup(group, group.Count > 1 && algorithm.Traits.StoresMasks ? StoredForm.Masked : StoredForm.Parameters)]
                    : group.Select(task => new StoredGroup([task], StoredForm.Parameters))
            ),
        ];

    /// <summary>Writes a block's file; gives remarks.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(
        string path,
        int block,
        IReadOnlyList<IReadOnlyList<int>> groups,
        CancellationToken cancellationToken
    )
    {
        Block place = vectors.Blocks[block];
        IReadOnlyList<StoredGroup> stored = Forms(groups);
        List<SafetensorsTensor> tensors = [];
        List<string> notes = [];
        bool masked = false;
        for (int number = 0; number < stored.Count; number++)
        {
            StoredGroup group = stored[number];
            string suffix = number.ToString(CultureInfo.InvariantCulture);
            if (group.Tasks.Count == 1)
            {
                tensors.AddRange(place.Tensors.Select(part => Copied(tasks[group.Tasks[0]].Model, part, Key(part, suffix))));
            }
            else if (algorithm.Traits.IsElementwise && group.Form == StoredForm.Parameters)
            {
                tensors.AddRange(place.Tensors.Select(part => Elementwise(block, part, group.Tasks, Key(part, suffix))));
            }
            else
            {
                MergedBlock merged = await Task.Run(() => Merge(block, group.Tasks, cancellationToken), cancellationToken);
                notes.AddRange(merged.Averaged);
                tensors.AddRange(Whole(place, merged, group, suffix));
                masked |= group.Form == StoredForm.Masked;
            }
        }
        if (masked)
        {
            tensors.AddRange(place.Tensors.Select(part => Copied(@base, part, Key(part, "base"))));
        }
        await SafetensorsWriter.WriteAsync(path, tensors, cancellationToken: cancellationToken);
        return notes;
    }

    /// <summary>Writes what is not merged: tensors equal in all models, and each task's heads and kept tensors.</summary>
    public async Task WriteRestAsync(
        string folder,
        CheckpointComparison comparison,
        IReadOnlyList<BlockTensor> kept,
        CancellationToken cancellationToken
    )
    {
        if (comparison.Shared.Count > 0)
        {
            await WriteAsync(Path.Combine(folder, SharedFile), @base, comparison.Shared, cancellationToken);
        }
        for (int task = 0; task < tasks.Count; task++)
        {
            TensorInfo[] own = [.. comparison.Heads[task], .. kept.Select(part => @base.Tensors[part.Name])];
            if (own.Length > 0)
            {
                await WriteAsync(Path.Combine(folder, HeadFile(tasks[task].Task)), tasks[task].Model, own, cancellationToken);
            }
        }
    }

    /// <summary>The bytes of all tensors in a folder's files.</summary>
    public static long StoredBytes(string folder)
    {
        long bytes = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*.safetensors"))
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            bytes += file.Tensors.Sum(tensor => tensor.Bytes);
        }
        return bytes;
    }

    private static async Task WriteAsync(
        string path,
        ICheckpoint model,
        IEnumerable<TensorInfo> tensors,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(path))
        {
            await SafetensorsWriter.WriteAsync(
                path,
                tensors.Select(tensor => new SafetensorsTensor(
                    tensor.Name,
                    tensor.Type,
                    tensor.Shape,
                    (stream, token) => CopyAsync(model, tensor.Name, 0, tensor.Bytes, stream, token)
                )),
                cancellationToken: cancellationToken
            );
        }
    }

    // The vectors of a group are the bulk of the memory: the same buffers serve all blocks.
    private Memory<float>[] Buffers(int count, int length)
    {
        if (_buffers.Length < count || _buffers[0].Length < length)
        {
            (int most, int longest) = (Math.Max(count, _buffers.Length), Math.Max(length, _buffers.Length == 0 ? 0 : _buffers[0].Length));
            _buffers = [];
            _buffers = [.. Enumerable.Range(0, most).Select(_ => new float[longest])];
        }
        return [.. _buffers.Take(count).Select(buffer => buffer.AsMemory(0, length))];
    }

    private MergedBlock Merge(int block, IReadOnlyList<int> group, CancellationToken cancellationToken)
    {
        Block place = vectors.Blocks[block];
        Memory<float>[] values = Buffers(group.Count, place.Length);
        float[] start = new float[place.Length];
        // In chunks, so that cancelling is heard.
        for (int first = 0; first < place.Length; first += VectorPasses.ChunkElements)
        {
            int count = Math.Min(VectorPasses.ChunkElements, place.Length - first);
            vectors.ReadBase(block, first, start.AsMemory(first, count), cancellationToken);
            vectors.Read(block, first, group, [.. values.Select(v => v.Slice(first, count))], cancellationToken);
        }
        for (int i = 0; i < group.Count && preparation is not null; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            preparation.Apply(group[i], place, 0, values[i].Span);
        }
        MergedBlock merged = algorithm.Merge(
            new TaskGroup(place, group, [.. values.Select(v => (ReadOnlyMemory<float>)v)], start),
            preparation,
            cancellationToken
        );
        if (!algorithm.Traits.StoresMasks)
        {
            TensorPrimitives.Add(start, merged.Unified, start);
            return merged with { Unified = start };
        }
        return merged;
    }

    private IEnumerable<SafetensorsTensor> Whole(Block place, MergedBlock merged, StoredGroup group, string suffix)
    {
        foreach (BlockTensor part in place.Tensors)
        {
            ElementType type = @base.Tensors[part.Name].Type;
            yield return new SafetensorsTensor(
                Key(part, suffix),
                type,
                part.Shape,
                (stream, token) => WriteValuesAsync(stream, type, merged.Unified.AsMemory(part.Offset, part.Length), token)
            );
            for (int member = 0; merged.Masks is not null && member < group.Tasks.Count; member++)
            {
                BitMask mask = Part(merged.Masks[member], part);
                yield return SafetensorsTensor.OfBytes(
                    $"{Key(part, tasks[group.Tasks[member]].Task)}.mask",
                    ElementType.UInt8,
                    [mask.Bytes.Length],
                    mask.Bytes
                );
            }
        }
        for (int member = 0; merged.Scalars is not null && member < group.Tasks.Count; member++)
        {
            yield return SafetensorsTensor.OfSingles($"{tasks[group.Tasks[member]].Task}.scale", [1], new[] { merged.Scalars[member] });
        }
    }

    private static BitMask Part(BitMask mask, BlockTensor part)
    {
        BitMask own = new(part.Length);
        for (int i = 0; i < part.Length; i++)
        {
            own[i] = mask[part.Offset + i];
        }
        return own;
    }

    private SafetensorsTensor Elementwise(int block, BlockTensor part, IReadOnlyList<int> group, string key)
    {
        ElementType type = @base.Tensors[part.Name].Type;
        return new SafetensorsTensor(
            key,
            type,
            part.Shape,
            async (stream, token) =>
            {
                int chunk = Math.Min(part.Length, VectorPasses.ChunkElements);
                float[][] values = [.. group.Select(_ => new float[chunk])];
                float[] start = new float[chunk];
                for (int first = 0; first < part.Length; first += chunk)
                {
                    token.ThrowIfCancellationRequested();
                    int count = Math.Min(chunk, part.Length - first);
                    vectors.Read(block, part.Offset + first, group, [.. values.Select(v => v.AsMemory(0, count))], token);
                    vectors.ReadBase(block, part.Offset + first, start.AsMemory(0, count), token);
                    for (int i = 0; i < group.Count && preparation is not null; i++)
                    {
                        preparation.Apply(group[i], vectors.Blocks[block], part.Offset + first, values[i].AsSpan(0, count));
                    }
                    Block piece = new("chunk", [("chunk", [count], 0)]);
                    MergedBlock merged = algorithm.Merge(
                        new TaskGroup(
                            piece,
                            group,
                            [.. values.Select(v => (ReadOnlyMemory<float>)v.AsMemory(0, count))],
                            start.AsMemory(0, count)
                        ),
                        preparation,
                        token
                    );
                    TensorPrimitives.Add(start.AsSpan(0, count), merged.Unified, merged.Unified);
                    await WriteValuesAsync(stream, type, merged.Unified, token);
                }
            }
        );
    }

    private SafetensorsTensor Copied(ICheckpoint model, BlockTensor part, string key)
    {
        ElementType type = @base.Tensors[part.Name].Type;
        return new SafetensorsTensor(
            key,
            type,
            part.Shape,
            (stream, token) => CopyAsync(model, part.Name, part.First * type.Bytes(), (long)part.Length * type.Bytes(), stream, token)
        );
    }

    private static async Task CopyAsync(
        ICheckpoint model,
        string tensor,
        long offset,
        long length,
        Stream stream,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (long done = 0; done < length; )
            {
                int count = (int)Math.Min(CopyBytes, length - done);
                model.ReadBytes(tensor, offset + done, buffer.AsSpan(0, count));
                await PutAsync(stream, buffer.AsMemory(0, count), cancellationToken);
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task WriteValuesAsync(
        Stream stream,
        ElementType type,
        ReadOnlyMemory<float> values,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(VectorPasses.ChunkElements * type.Bytes());
        try
        {
            for (int first = 0; first < values.Length; first += VectorPasses.ChunkElements)
            {
                int count = Math.Min(VectorPasses.ChunkElements, values.Length - first);
                Narrowing.Narrow(type, values.Span.Slice(first, count), buffer.AsSpan(0, count * type.Bytes()));
                await PutAsync(stream, buffer.AsMemory(0, count * type.Bytes()), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A write beyond a limit on file sizes surfaces as an argument out of range: it is the disk's, and is reported as that.
    private static async Task PutAsync(Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        const int TooBig = 27; // EFBIG
        try
        {
            await stream.WriteAsync(bytes, cancellationToken);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName is "value" or "length")
        {
            throw new IOException(e.Message, TooBig);
        }
    }
}
