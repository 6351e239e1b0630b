using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace ResearchKit.Data;

/// <summary>
/// Decompresses gzip (RFC 1952) and notices when data are cut off or damaged: .NET's own GZipStream ends without a word at a truncated file and does not
/// compare the checksum, so half a data set would pass for the whole.
/// <para>
/// The deflate decoder takes input by the block and does not say where in the last block its data ended. The trailer says it: the place is where the eight bytes
/// of CRC-32 and length of what came out stand. Several members one after the other (bgzip, concatenated files) are read as one.
/// </para>
/// </summary>
internal sealed class GzipReader(Stream source) : Stream
{
    private const int TrailerBytes = 8;

    private readonly Input _input = new(source);
    private DeflateStream? _member;
    private Crc32 _checksum = new();
    private uint _length;
    private bool _isFirst = true;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), isAsync: false, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadAsync(buffer, isAsync: true, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), isAsync: true, cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>With <paramref name="isAsync"/> false everything completes at once.</summary>
    private async ValueTask<int> ReadAsync(Memory<byte> buffer, bool isAsync, CancellationToken cancellationToken)
    {
        while (!_ended && !buffer.IsEmpty)
        {
            if (_member is null && !await BeginMemberAsync(isAsync, cancellationToken).ConfigureAwait(false))
            {
                _ended = true;
                break;
            }

            int read = isAsync ? await _member!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) : _member!.Read(buffer.Span);
            if (read > 0)
            {
                _checksum.Append(buffer.Span[..read]);
                _length += (uint)read;
                return read;
            }

            await EndMemberAsync(isAsync, cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private async ValueTask<bool> BeginMemberAsync(bool isAsync, CancellationToken cancellationToken)
    {
        await _input.FillAsync(10, isAsync, cancellationToken).ConfigureAwait(false);
        if (!_isFirst && _input.Ahead.IndexOfAnyExcept((byte)0) < 0)
            return false; // the end, perhaps padded by zeros
        if (_input.Ahead is not [0x1F, 0x8B, 8, var flags, _, _, _, _, _, _, ..])
            throw new InvalidDataException(
                _isFirst ? "The gzip header is damaged or cut off." : "There is something else after the gzip data."
            );
        _isFirst = false;
        _input.Skip(10);
        if ((flags & 0x04) != 0)
        {
            await RequireAsync(2, isAsync, cancellationToken).ConfigureAwait(false);
            int extra = BinaryPrimitives.ReadUInt16LittleEndian(_input.Ahead);
            await RequireAsync(2 + extra, isAsync, cancellationToken).ConfigureAwait(false);
            _input.Skip(2 + extra);
        }

        for (int texts = ((flags & 0x08) != 0 ? 1 : 0) + ((flags & 0x10) != 0 ? 1 : 0); texts > 0; )
        {
            await RequireAsync(1, isAsync, cancellationToken).ConfigureAwait(false);
            int zero = _input.Ahead.IndexOf((byte)0);
            texts -= zero >= 0 ? 1 : 0;
            _input.Skip(zero >= 0 ? zero + 1 : _input.Ahead.Length);
        }

        if ((flags & 0x02) != 0)
        {
            await RequireAsync(2, isAsync, cancellationToken).ConfigureAwait(false);
            _input.Skip(2);
        }

        _member = new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        _checksum = new Crc32();
        _length = 0;
        return true;
    }

    private async ValueTask EndMemberAsync(bool isAsync, CancellationToken cancellationToken)
    {
        _member!.Dispose();
        _member = null;
        await _input.FillAsync(TrailerBytes + 2, isAsync, cancellationToken).ConfigureAwait(false);
        if (!_input.TrySkipTrailer(_checksum.GetCurrentHashAsUInt32(), _length))
            throw new InvalidDataException("The gzip data are cut off or damaged: their checksum and length do not follow.");
    }

    private async ValueTask RequireAsync(int bytes, bool isAsync, CancellationToken cancellationToken)
    {
        await _input.FillAsync(bytes, isAsync, cancellationToken).ConfigureAwait(false);
        if (_input.Ahead.Length < bytes)
            throw new InvalidDataException("The gzip header is cut off.");
    }

    /// <summary>The compressed bytes, which remembers the last block it handed out.</summary>
    private sealed class Input(Stream source) : Stream
    {
        private byte[] _buffer = new byte[1 << 17];
        private int _handed;
        private int _next;
        private int _end;

        internal ReadOnlySpan<byte> Ahead => _buffer.AsSpan(_next.._end);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        internal void Skip(int bytes)
        {
            _next += bytes;
            _handed = _next;
        }

        /// <summary>Brings at least so many bytes ahead, if there are so many; keeps the block handed out last.</summary>
        internal async ValueTask FillAsync(int bytes, bool isAsync, CancellationToken cancellationToken)
        {
            while (_end - _next < bytes)
            {
                if (_buffer.Length - _end < 1 << 12)
                {
                    int kept = _end - _handed;
                    byte[] target = kept + (1 << 16) > _buffer.Length ? new byte[kept + (1 << 17)] : _buffer;
                    _buffer.AsSpan(_handed, kept).CopyTo(target);
                    (_buffer, _next, _end, _handed) = (target, _next - _handed, kept, 0);
                }

                Memory<byte> room = _buffer.AsMemory(_end);
                int read = isAsync ? await source.ReadAsync(room, cancellationToken).ConfigureAwait(false) : source.Read(room.Span);
                if (read == 0)
                    return;
                _end += read;
            }
        }

        /// <summary>Finds the trailer in or right after the block handed out last, and goes behind it.</summary>
        internal bool TrySkipTrailer(uint checksum, uint length)
        {
            Span<byte> trailer = stackalloc byte[TrailerBytes];
            BinaryPrimitives.WriteUInt32LittleEndian(trailer, checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], length);
            int found = -1;
            for (int place = _handed; place <= _next && place + TrailerBytes <= _end; place++)
            {
                if (!_buffer.AsSpan(place, TrailerBytes).SequenceEqual(trailer))
                    continue;
                found = place;
                ReadOnlySpan<byte> behind = _buffer.AsSpan((place + TrailerBytes).._end);
                if (behind.IsEmpty || behind is [0x1F, 0x8B, ..])
                    break; // an empty member's trailer is all zeros and would be found too early
            }

            if (found < 0)
                return false;
            _next = _handed = found + TrailerBytes;
            return true;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            _handed = _next;
            FillAsync(1, isAsync: false, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return Hand(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _handed = _next;
            await FillAsync(1, isAsync: true, cancellationToken).ConfigureAwait(false);
            return Hand(buffer.Span);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Hand(Span<byte> buffer)
        {
            int handed = Math.Min(buffer.Length, _end - _next);
            _buffer.AsSpan(_next, handed).CopyTo(buffer);
            _next += handed;
            return handed;
        }
    }
}
