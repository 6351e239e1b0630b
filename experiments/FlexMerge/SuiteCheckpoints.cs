using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>What training gives: parameters as flat vectors, and the heads.</summary>
/// <param name="Base">The base.</param>
/// <param name="FineTuned">Each task's own model.</param>
/// <param name="Heads">Each task's head, classes x width.</param>
internal sealed record SuiteCheckpoints(float[] Base, IReadOnlyList<float[]> FineTuned, IReadOnlyList<float[]> Heads)
{
    /// <summary>Writes them to one file.</summary>
    public Task SaveAsync(string path, CancellationToken cancellationToken) =>
        SafetensorsWriter.WriteAsync(
            path,
            [
                SafetensorsTensor.OfSingles("base", [Base.Length], Base),
                .. FineTuned.Select((values, i) => SafetensorsTensor.OfSingles(Name("task", i), [values.Length], values)),
                .. Heads.Select((values, i) => SafetensorsTensor.OfSingles(Name("head", i), [values.Length], values)),
            ],
            cancellationToken: cancellationToken
        );

    /// <summary>Reads what was written.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public static SuiteCheckpoints Load(string path, int tasks)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return new SuiteCheckpoints(
            Read(file, "base"),
            [.. Enumerable.Range(0, tasks).Select(i => Read(file, Name("task", i)))],
            [.. Enumerable.Range(0, tasks).Select(i => Read(file, Name("head", i)))]
        );
    }

    private static float[] Read(SafetensorsFile file, string name)
    {
        float[] values = new float[file[name].Count];
        file.ReadSingles(name, 0, values);
        return values;
    }

    private static string Name(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}.{number:000}");
}
