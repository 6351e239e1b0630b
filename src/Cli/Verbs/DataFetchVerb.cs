using System.CommandLine;
using ResearchKit.Data;

namespace ResearchKit.Cli;

/// <summary><c>data fetch NAME...</c>: downloads, or imports files got by hand.</summary>
internal static class DataFetchVerb
{
    internal static Command Build(VerbContext context)
    {
        Argument<string[]> names = DataVerb.Names(context, ArgumentArity.OneOrMore);
        Option<DirectoryInfo?> from = new("--from")
        {
            Description = "Take the files from this folder instead of the network",
            HelpName = "folder",
        };
        Option<bool> accept = new("--accept-checksum")
        {
            Description = "Take files that were rejected for their checksum as they are: writes an entry of your own",
        };
        Command command = new("fetch", "Get data sets: resumes, checks SHA-256, unpacks") { names, from, accept };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                using HttpClient? http = call.Arguments.Given(from) is null ? Downloads.CreateClient() : null;
                DatasetCatalog catalog = context.Catalog(http);
                DownloadDisplay display = new(call.Errors, context.Clock);
                foreach (string name in call.Arguments.GetRequiredValue(names).Distinct())
                {
                    if (call.Arguments.Given(accept))
                    {
                        await catalog.AcceptChecksumAsync(name, cancellationToken);
                    }

                    DatasetFolder folder = await catalog.FetchAsync(name, call.Arguments.Given(from)?.FullName, display, cancellationToken);
                    call.Results.Line(folder.Path);
                }

                return ExitCode.Done;
            },
            parsed => Problems(context, parsed, names, from)
        );
    }

    private static IEnumerable<string> Problems(
        VerbContext context,
        ParseResult parsed,
        Argument<string[]> names,
        Option<DirectoryInfo?> from
    )
    {
        IEnumerable<string> problems = DataVerb.Problems(context, parsed.Given(names) ?? []);
        return parsed.Given(from) is { Exists: false } folder ? problems.Append($"--from = {folder}: there is no such folder.") : problems;
    }
}
