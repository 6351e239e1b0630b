namespace ResearchKit.Experiments;

/// <summary>Operating system and .NET.</summary>
/// <param name="Os">The operating system.</param>
/// <param name="Kernel">Its kernel.</param>
/// <param name="Dotnet">The version of .NET.</param>
/// <param name="Rid">The platform, for example <c>linux-x64</c>.</param>
/// <param name="Culture">The culture; empty for the invariant one.</param>
public sealed record RuntimeInfo(string Os, string Kernel, string Dotnet, string Rid, string Culture);
