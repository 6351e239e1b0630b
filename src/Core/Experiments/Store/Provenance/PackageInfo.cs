namespace ResearchKit.Experiments;

/// <summary>A package of the application.</summary>
/// <param name="Id">The package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha512">Its checksum, as the package manager writes it.</param>
public sealed record PackageInfo(string Id, string Version, string? Sha512);
