using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text;
using ResearchKit.Storage;

namespace ResearchKit.Rag;

/// <summary>
/// Keeps an index in one file. It is written to a temporary name, flushed and renamed: a crash leaves the old index whole. Reading checks magic, version, sizes and a checksum over all
/// of it before anything is searched; the vectors stay in the mapped file and are read as they are needed.
/// </summary>
/// <remarks>
/// Layout, little-endian: 64 bytes of header (magic, version, kind, metric, dimension, stride, rows, offsets), the rows padded to 64 bytes, removal flags, ids (length and UTF-8), the graph
/// of an HNSW index, then the XxHash128 of all before it.
/// </remarks>
public static unsafe class IndexFile
{
    private const uint Magic = 0x58494B52; // "RKIX"
    private const int Version = 1;
    private const int HeaderBytes = 64;
    private const int HashBytes = 16;

    /// <summary>Writes an index. Changes wait until it is written; searches do not.</summary>
    /// <param name="index">The index.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The index is of a kind that this file does not know.</exception>
    /// <exception cref="ResearchKitException">RK3001: the disk is full, or the folder may not be written. What stood there stays.</exception>
    public static void Save(VectorIndex index, string path)
    {
        ArgumentNullException.ThrowIfNull(index);
        HnswIndex? hnsw = index as HnswIndex;
        if (hnsw is null && index is not FlatIndex)
        {
            throw new ArgumentException($"An index of type {index.GetType().Name} cannot be kept in this file.", nameof(index));
        }
        index.WithoutChanges(
            (ids, removed, rows) =>
                AtomicFile.Write(
                    path,
                    stream =>
                    {
                        HashedWriter writer = new(stream);
                        Span<byte> header = stackalloc byte[HeaderBytes];
                        header.Clear();
                        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
                        BinaryPrimitives.WriteInt32LittleEndian(header[4..], Version);
                        BinaryPrimitives.WriteInt32LittleEndian(header[8..], hnsw is null ? 0 : 1);
                        BinaryPrimitives.WriteInt32LittleEndian(header[12..], (int)index.Metric);
                        BinaryPrimitives.WriteInt32LittleEndian(header[16..], rows.Dimension);
                        BinaryPrimitives.WriteInt32LittleEndian(header[20..], rows.Stride);
                        BinaryPrimitives.WriteInt32LittleEndian(header[24..], ids.Count);
                        BinaryPrimitives.WriteInt32LittleEndian(header[28..], hnsw?.Options.Links ?? 0);
                        BinaryPrimitives.WriteInt32LittleEndian(header[32..], hnsw?.Options.ConstructionCandidates ?? 0);
                        BinaryPrimitives.WriteInt32LittleEndian(header[36..], hnsw?.SearchCandidates ?? 0);
                        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], hnsw?.Options.Seed ?? 0);
                        writer.Write(header);
                        for (int row = 0; row < ids.Count; row++)
                        {
                            writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(rows.Row(row), rows.Stride)));
                        }
                        foreach (bool flag in removed)
                        {
                            writer.Write(flag ? [1] : [0]);
                        }
                        foreach (string id in ids)
                        {
                            byte[] text = Encoding.UTF8.GetBytes(id);
                            writer.Write(text.Length);
                            writer.Write(text);
                        }
                        hnsw?.Graph.Write(ids.Count, writer.Write);
                        writer.Finish();
                    }
                )
        );
    }

    /// <summary>Opens an index. The file must not be changed while the index is open; dispose the index to release it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no index, of another version, cut off, or damaged; nothing is loaded then.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static VectorIndex Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Mapping mapping = new(path);
        try
        {
            return Read(mapping, path);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    private static VectorIndex Read(Mapping mapping, string path)
    {
        if (mapping.Length < HeaderBytes + HashBytes)
        {
            throw new InvalidDataException(
                $"{path} has {mapping.Length} bytes; an index has at least {HeaderBytes + HashBytes}. It is cut off, or something else."
            );
        }
        ReadOnlySpan<byte> header = mapping.Bytes(0, HeaderBytes);
        int version = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
        {
            throw new InvalidDataException($"{path} is no index: it does not begin with RKIX.");
        }
        if (version != Version)
        {
            throw new InvalidDataException($"{path} is an index of version {version}; this library reads version {Version}.");
        }
        // Before the sizes are believed: in pieces, as a span holds no more than 2 GiB.
        XxHash128 hash = new();
        for (long at = 0; at < mapping.Length - HashBytes; at += 1 << 26)
        {
            hash.Append(mapping.Bytes(at, (int)Math.Min(1 << 26, mapping.Length - HashBytes - at)));
        }
        if (!hash.GetCurrentHash().AsSpan().SequenceEqual(mapping.Bytes(mapping.Length - HashBytes, HashBytes)))
        {
            throw new InvalidDataException($"{path} is damaged: its checksum differs. Build the index again.");
        }
        int kind = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int metric = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        int dimension = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        int stride = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        int count = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        if (
            kind is not (0 or 1)
            || !Enum.IsDefined((VectorMetric)metric)
            || dimension < 1
            || stride != VectorKernel.Stride(dimension)
            || count < 0
        )
        {
            throw new InvalidDataException(
                $"{path}: kind {kind}, metric {metric}, dimension {dimension}, stride {stride} and {count} rows do not fit together."
            );
        }
        Cursor cursor = new(mapping, HeaderBytes + ((long)count * stride * sizeof(float)), path);
        bool[] removed = new bool[count];
        for (int row = 0; row < count; row++)
        {
            removed[row] = cursor.Take(1)[0] != 0;
        }
        string[] ids = new string[count];
        for (int row = 0; row < count; row++)
        {
            ids[row] = Encoding.UTF8.GetString(cursor.Take(cursor.Int32()));
        }
        VectorRows rows = new(dimension, mapping, (float*)(mapping.Start + HeaderBytes), count);
        if (kind == 0)
        {
            return FlatIndex.Of(rows, (VectorMetric)metric, ids, removed);
        }
        HnswOptions options = new()
        {
            Links = BinaryPrimitives.ReadInt32LittleEndian(header[28..]),
            ConstructionCandidates = BinaryPrimitives.ReadInt32LittleEndian(header[32..]),
            SearchCandidates = BinaryPrimitives.ReadInt32LittleEndian(header[36..]),
            Seed = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]),
        };
        return HnswIndex.Of(rows, (VectorMetric)metric, options, HnswGraph.Read(options.Links, count, cursor.Int32), ids, removed);
    }

    private sealed class HashedWriter(Stream stream)
    {
        private readonly XxHash128 _hash = new();
        private readonly ArrayBufferWriter<byte> _buffer = new(1 << 20);

        public void Write(int value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            Write(bytes);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            _buffer.Write(bytes);
            if (_buffer.WrittenCount >= 1 << 20)
            {
                Flush();
            }
        }

        public void Finish()
        {
            Flush();
            stream.Write(_hash.GetCurrentHash());
        }

        private void Flush()
        {
            _hash.Append(_buffer.WrittenSpan);
            stream.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }

    private sealed class Cursor(Mapping mapping, long at, string path)
    {
        private long _at = at;

        public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

        public ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || _at + count > mapping.Length - HashBytes)
            {
                throw new InvalidDataException($"{path} is cut off at byte {_at}.");
            }
            ReadOnlySpan<byte> bytes = mapping.Bytes(_at, count);
            _at += count;
            return bytes;
        }
    }

    private sealed class Mapping : IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        public Mapping(string path)
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            Length = stream.Length;
            if (Length == 0)
            {
                throw new InvalidDataException($"{path} is empty.");
            }
            _file = MemoryMappedFile.CreateFromFile(
                stream,
                null,
                0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: false
            );
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Start = start;
        }

        public byte* Start { get; }

        public long Length { get; }

        public ReadOnlySpan<byte> Bytes(long at, int count) => new(Start + at, count);

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
