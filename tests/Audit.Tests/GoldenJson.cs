using System.Text.Json;

namespace ResearchKit.Audit.Tests;

/// <summary>Reads the numbers of golden files: null is not a number, "inf" and "-inf" are infinities.</summary>
internal static class GoldenJson
{
    public static double Number(this JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Null => double.NaN,
            JsonValueKind.String => element.GetString() switch
            {
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                var other => throw new FormatException($"{other} is no number."),
            },
            _ => element.GetDouble(),
        };

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).Number();

    public static double[] Numbers(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(e => e.Number())];

    public static byte[] Bytes(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetByte())];

    public static int[] Integers(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    public static JsonElement.ArrayEnumerator Items(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray();

    /// <summary>Equal within an absolute tolerance; both not a number counts as equal.</summary>
    public static void AssertClose(double found, double expected, double tolerance, string what)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected))
        {
            Assert.That(found, Is.EqualTo(expected), what);
        }
        else
        {
            Assert.That(found, Is.EqualTo(expected).Within(tolerance), what);
        }
    }
}
