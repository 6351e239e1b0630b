using System.Runtime.CompilerServices;

namespace ResearchKit.Data;

/// <summary>Checks the options of generators.</summary>
internal static class GeneratorRange
{
    internal static int Count(int value, int least, int most, [CallerMemberName] string name = "") =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"From {least} to {most}.");

    internal static double Scale(double value, double most = 1e6, [CallerMemberName] string name = "") =>
        value >= 0 && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"From 0 to {most}.");

    internal static double Share(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A share or probability lies in [0, 1].");
}
