namespace ResearchKit.Watermark;

/// <summary>Checks of the strength of an attack.</summary>
internal static class AttackAmount
{
    public static double Share(double share) =>
        share is >= 0 and <= 1 ? share : throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies in 0..1.");

    public static int Count(int count) =>
        count >= 0 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "A number of edits or nodes is at least 0.");
}
