namespace ResearchKit.Goldens;

/// <summary>Passes bytes on until so many have gone through, then fails for ever as a full disk or a broken file server does. What fitted has been written.</summary>
/// <param name="inner">The stream; disposed with this one.</param>
/// <param name="bytes">How many bytes pass, reads and writes together.</param>
/// <param name="failure">What is thrown; by default the <see cref="IOException"/> of a full disk.</param>
public sealed class FaultyStream(Stream inner, long bytes, Func<Exception>? failure = null) : Stream
{
    private const int NoSpace = 28; // ENOSPC

    private long _left = bytes;

    /// <summary>Whether it has failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>How often something was written after it had failed.</summary>
    public int WritesAfterFailure { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => inner.CanRead;

    /// <inheritdoc/>
    public override bool CanWrite => inner.CanWrite;

    /// <inheritdoc/>
    public override bool CanSeek => inner.CanSeek;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_left == 0 && !buffer.IsEmpty)
        {
            throw Fail();
        }
        var count = inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= count;
        return count;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        WritesAfterFailure += HasFailed ? 1 : 0;
        var fits = (int)Math.Min(buffer.Length, _left);
        inner.Write(buffer[..fits]);
        _left -= fits;
        if (fits < buffer.Length)
        {
            throw Fail();
        }
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => inner.SetLength(value);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private Exception Fail()
    {
        HasFailed = true;
        return failure?.Invoke() ?? new IOException("No space left on device", NoSpace);
    }
}
