namespace ResearchKit.Audit;

/// <summary>Points of the strategies' grids, rounded as numpy's linspace and logspace round them.</summary>
internal static class Grids
{
    public static double Linear(double from, double to, int index, int count) =>
        index == count - 1 ? to : from + (index * ((to - from) / (count - 1)));

    public static double Logarithmic(double exponentFrom, double exponentTo, int index, int count) =>
        Math.Pow(10, Linear(exponentFrom, exponentTo, index, count));
}
