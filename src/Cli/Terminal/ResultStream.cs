namespace ResearchKit.Cli;

/// <summary>The stream of results: a reader that has gone becomes an <see cref="OutputClosedException"/>.</summary>
/// <param name="inner">Where the bytes go.</param>
internal sealed class ResultStream(Stream inner) : Stream
{
    private const int BrokenPipe = 32; // EPIPE
    private const int BrokenPipeOnWindows = unchecked((int)0x8007006D); // ERROR_BROKEN_PIPE
    private const int NoDataOnWindows = unchecked((int)0x800700E8); // ERROR_NO_DATA

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException e) when (e.HResult is BrokenPipe or BrokenPipeOnWindows or NoDataOnWindows)
        {
            throw new OutputClosedException(e);
        }
    }

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (IOException e) when (e.HResult is BrokenPipe or BrokenPipeOnWindows or NoDataOnWindows)
        {
            throw new OutputClosedException(e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
