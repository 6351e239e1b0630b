using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Federated.Deployment;

/// <summary>A model that is coming in; what has come stays when a stream breaks.</summary>
internal sealed class IncomingTransfer(int from, int to, byte[] digest, long length)
{
    private int _isBusy;

    public int From { get; } = from;
    public int To { get; } = to;
    public byte[] Digest { get; } = digest;
    public byte[] Buffer { get; } = new byte[length];
    public int Received { get; set; }
    public long Touched { get; set; }
    public PlexusMessage Message { get; set; }

    /// <summary>Claims it for one stream.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0;

    public void End() => Volatile.Write(ref _isBusy, 0);
}
