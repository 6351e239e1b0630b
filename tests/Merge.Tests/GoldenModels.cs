using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Merge.Tests;

/// <summary>The models of the golden files, and comparison with their tolerance.</summary>
internal static class GoldenModels
{
    public static JsonElement Open(string name) => GoldenFiles.Json("merge", name).RootElement;

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => (float)v.GetDouble())];

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    public static (string Name, IReadOnlyList<long> Shape)[] Tensors(JsonElement root) =>
        [
            .. root.GetProperty("base")
                .EnumerateObject()
                .Select(t => (t.Name, (IReadOnlyList<long>)[.. t.Value.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())])),
        ];

    public static TaskVectors Vectors(JsonElement root, IReadOnlyList<Block> blocks)
    {
        JsonElement[] tasks = [.. root.GetProperty("taskVectors").EnumerateArray()];
        return new TaskVectors(
            [.. tasks.Select((_, i) => $"t{i}")],
            blocks,
            [.. blocks.Select(block => Concatenate(block, name => Data(root.GetProperty("base").GetProperty(name))))],
            [.. tasks.Select(task => blocks.Select(block => Concatenate(block, name => Data(task.GetProperty(name)))).ToArray())]
        );
    }

    public static float[] Data(JsonElement tensor) =>
        Floats(tensor.ValueKind == JsonValueKind.Object ? tensor.GetProperty("data") : tensor);

    public static void AssertClose(
        ReadOnlySpan<float> actual,
        float[] expected,
        string what,
        double relative = 1e-4,
        double absolute = 1e-5
    )
    {
        Assert.That(actual.Length, Is.EqualTo(expected.Length), what);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(absolute + (relative * Math.Abs(expected[i]))), $"{what} [{i}]");
        }
    }

    private static float[] Concatenate(Block block, Func<string, float[]> data)
    {
        float[] vector = new float[block.Length];
        foreach (BlockTensor tensor in block.Tensors)
        {
            data(tensor.Name).CopyTo(vector, tensor.Offset);
        }
        return vector;
    }
}
