using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ResearchKit.Experiments;

/// <summary>Identity and provenance of a run (manifest.json, schema 1). It names no user and no home folder.</summary>
public sealed record RunManifest
{
    /// <summary>The schema that is written, and the newest that is read.</summary>
    public const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The schema of this file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The id of the experiment.</summary>
    public required string Experiment { get; init; }

    /// <summary>The version of the experiment.</summary>
    public required int Version { get; init; }

    /// <summary>What the experiment shows.</summary>
    public required string Title { get; init; }

    /// <summary>The paper.</summary>
    public required string Paper { get; init; }

    /// <summary>The scale.</summary>
    public required Scale Scale { get; init; }

    /// <summary>All options.</summary>
    public required JsonObject Options { get; init; }

    /// <summary>The SHA-256 of the options' canonical JSON.</summary>
    public required string OptionsHash { get; init; }

    /// <summary>The SHA-256 of the keys of the plan, in order, one a line.</summary>
    public required string PlanHash { get; init; }

    /// <summary>The number of cells.</summary>
    public required int Cells { get; init; }

    /// <summary>The seeds.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The command that began the run.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>When the run was created.</summary>
    public required DateTimeOffset CreatedUtc { get; init; }

    /// <summary>When it was last finalised; null before.</summary>
    public DateTimeOffset? FinishedUtc { get; init; }

    /// <summary>How long it was measured, over all resumes.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>How it stands.</summary>
    public RunOutcome State { get; init; } = RunOutcome.Running;

    /// <summary>The version of ResearchKit and the state of its source.</summary>
    [JsonPropertyName("researchKit")]
    public required SourceInfo ResearchKit { get; init; }

    /// <summary>Operating system and .NET.</summary>
    public required RuntimeInfo Runtime { get; init; }

    /// <summary>The machine that created the run.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>The packages of the application.</summary>
    public IReadOnlyList<PackageInfo> Packages { get; init; } = [];

    /// <summary>The threads that one operation of a cell may use. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where tensors live: <c>cpu</c> or <c>cuda:N</c>. Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The native library of tensors, if a cell loaded it.</summary>
    public NativeInfo? Native { get; init; }

    /// <summary>The data sets that cells used.</summary>
    public IReadOnlyList<DataInfo> Data { get; init; } = [];

    /// <summary>The environment variables that may change results or times; a white list.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The writers.</summary>
    public IReadOnlyList<WriterInfo> Writers { get; init; } = [];

    /// <summary>The processor time of the last finaliser's process while it measured.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>The largest working set of that process.</summary>
    public double? PeakMemoryMiB { get; init; }

    /// <summary>The share of the machine's processors that other programs used while cells were timed; null if none was, or it is not known.</summary>
    public double? LoadWhileTiming { get; init; }

    /// <summary>Not measured: no portable counter tells it.</summary>
    public double? Energy { get; init; }

    /// <summary>The manifest as JSON.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Format)!.AsObject();

    /// <summary>The manifest as text.</summary>
    internal string ToText() => JsonSerializer.Serialize(this, Format) + "\n";

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="ResearchKitException">RK3003: it was written by a newer version; RK3002: it is damaged.</exception>
    internal static RunManifest Parse(string json, string path)
    {
        try
        {
            int schema = JsonNode.Parse(json)?["schema"]?.GetValue<int>() ?? 0;
            return schema > CurrentSchema ? throw StoreErrors.TooNew(path, schema, CurrentSchema)
                : schema < 1 ? throw new JsonException("there is no schema number of at least 1")
                : JsonSerializer.Deserialize<RunManifest>(json, Format) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw StoreErrors.Damaged(path, $"not a manifest ({e.Message})", e);
        }
    }
}
