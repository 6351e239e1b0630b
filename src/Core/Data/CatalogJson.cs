using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Data;

/// <summary>The JSON of the catalogue: camel case, comments allowed, an unknown member is an error (a typing mistake must not drop a checksum).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(DatasetInfo))]
[JsonSerializable(typeof(Dictionary<string, KnownSum>))]
[JsonSerializable(typeof(PartialDownload))]
[JsonSerializable(typeof(UnpackedArchive))]
internal sealed partial class CatalogJson : JsonSerializerContext;

/// <summary>A checksum recorded on first use.</summary>
internal sealed record KnownSum(string Sha256, long Bytes, string Source);

/// <summary>What a partial download belongs to: resumed only from the same address, and only if the validator still holds.</summary>
internal sealed record PartialDownload(string Url, string Validator);

/// <summary>The record of an unpacked archive: which it was, and what came out.</summary>
internal sealed record UnpackedArchive(string ArchiveSha256, IReadOnlyList<UnpackedFile> Files);

/// <summary>A file that came out of an archive.</summary>
internal sealed record UnpackedFile(string Path, long Bytes, string Sha256);
