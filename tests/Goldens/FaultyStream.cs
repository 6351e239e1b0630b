namespace ResearchKit.Goldens;

/// <summary>A stream that fails like a full disk: it takes some bytes, then every write takes what fits and throws.</summary>
/// <param name="inner">What takes the bytes.</param>
/// <param name="capacity">The bytes that are taken before writes fail.</param>
public sealed class FaultyStream(Stream inner, long capacity) : Stream
{
    private const int NoSpace = 28; // ENOSPC
    private long left = capacity;

    /// <summary>How often a write failed.</summary>
    public int Failures { get; private set; }

    /// <summary>How often something was written after a write had failed.</summary>
    public int WritesAfterFailure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        WritesAfterFailure += Failures > 0 ? 1 : 0;
        int fits = (int)Math.Min(left, buffer.Length);
        inner.Write(buffer[..fits]);
        left -= fits;
        if (fits < buffer.Length)
        {
            Failures++;
            throw new IOException("No space left on device", NoSpace);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
