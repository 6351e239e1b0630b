using System.Text.Json.Serialization;

namespace ResearchKit.Data;

/// <summary>What happens to a file of a data set after its download.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Unpacking>))]
public enum Unpacking
{
    /// <summary>It stays as it is.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It is decompressed; size and checksum in the catalogue are those of the result.</summary>
    [JsonStringEnumMemberName("gzip")]
    Gzip,

    /// <summary>It is unpacked into a folder; size and checksum are those of the archive.</summary>
    [JsonStringEnumMemberName("zip")]
    Zip,

    /// <summary>It is unpacked into a folder, as <see cref="Zip"/>.</summary>
    [JsonStringEnumMemberName("tar.gz")]
    TarGzip,

    /// <summary>It is unpacked into a folder, as <see cref="Zip"/>.</summary>
    [JsonStringEnumMemberName("tar")]
    Tar,
}
