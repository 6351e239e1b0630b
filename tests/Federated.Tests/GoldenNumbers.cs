using System.Text.Json;

namespace ResearchKit.Federated.Tests;

/// <summary>Arrays of a golden file.</summary>
internal static class GoldenNumbers
{
    public static double[] Doubles(this JsonElement array) =>
        array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().SelectMany(Doubles)] : [array.GetDouble()];

    public static float[] Floats(this JsonElement array) => [.. array.Doubles().Select(value => (float)value)];

    public static int[] Ints(this JsonElement array) => [.. array.Doubles().Select(value => (int)value)];

    public static int[][] IntRows(this JsonElement array) => [.. array.EnumerateArray().Select(Ints)];
}
