using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Experiments;

/// <summary>A figure as JSON: what it shows, for the reader who wants to draw it in another way.</summary>
internal static class FigureJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal static byte[] Write(Figure figure) => JsonSerializer.SerializeToUtf8Bytes(figure, Options);

    internal static Figure? Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<Figure>(json, Options);
}
