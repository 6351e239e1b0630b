namespace ResearchKit.Watermark;

/// <summary>An unordered pair of positions x &lt; y in one word; words are ordered as pairs are.</summary>
internal static class PositionPair
{
    public static ulong Pack(int a, int b) => a < b ? ((ulong)(uint)a << 32) | (uint)b : ((ulong)(uint)b << 32) | (uint)a;

    public static (int X, int Y) Unpack(ulong pair) => ((int)(pair >> 32), (int)(uint)pair);
}
