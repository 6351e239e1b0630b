namespace ResearchKit.Merge;

/// <summary>Visits a vector in pieces that stay in the first-level cache, several at once where the vector is long. Pieces do not depend on the number of threads.</summary>
internal static class Tiles
{
    public const int Elements = 2048;
    private const int PiecesAtOnce = 16;

    public static void Visit(int length, Action<int, int> visit)
    {
        int stretch = Elements * PiecesAtOnce;
        if (length <= 2 * stretch)
        {
            Stretch(0, length);
            return;
        }
        Parallel.For(0, (length + stretch - 1) / stretch, i => Stretch(i * stretch, Math.Min(length, (i + 1) * stretch)));

        void Stretch(int from, int to)
        {
            for (int start = from; start < to; start += Elements)
            {
                visit(start, Math.Min(Elements, to - start));
            }
        }
    }
}
