using System.CommandLine;
using ResearchKit.Data;

namespace ResearchKit.Cli;

/// <summary><c>data verify [NAME...]</c>: hashes the files that are here.</summary>
internal static class DataVerifyVerb
{
    internal static Command Build(VerbContext context)
    {
        Argument<string[]> names = DataVerb.Names(context, ArgumentArity.ZeroOrMore);
        Command command = new("verify", "Hash the files of data sets and compare; all that are here if none is named") { names };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                DatasetCatalog catalog = context.Catalog();
                string[] chosen = call.Arguments.Given(names) is { Length: > 0 } given ? [.. given.Distinct()] : Here(catalog);
                DownloadDisplay display = new(call.Errors, context.Clock);
                ResultTable table = new("data set", "file", "state", "expected", "found");
                bool whole = true;
                foreach (string name in chosen)
                {
                    DatasetVerification found = await catalog.VerifyAsync(name, display, cancellationToken);
                    whole &= found.IsWhole;
                    foreach (DatasetFileCheck check in found.Files)
                    {
                        Tone tone = check.State is DatasetFileState.Right or DatasetFileState.Recorded ? Tone.Good : Tone.Bad;
                        bool differs = check.State == DatasetFileState.Different;
                        table.Add(
                            name,
                            check.Path,
                            new ResultCell(State(check), tone),
                            differs ? check.Expected ?? "" : "",
                            differs ? check.Actual ?? "" : ""
                        );
                    }
                }

                if (table.Count > 0)
                {
                    call.Results.Table(table);
                }

                call.Results.Line(
                    chosen.Length == 0 ? $"No data set is in {catalog.Root}."
                    : whole ? "All files are right."
                    : "Some files are not right."
                );
                return whole ? ExitCode.Done : ExitCode.Environment;
            },
            parsed => DataVerb.Problems(context, parsed.Given(names) ?? [])
        );
    }

    private static string State(DatasetFileCheck check) =>
        check.State switch
        {
            DatasetFileState.Right => "right",
            DatasetFileState.Recorded => "recorded now (no sum was established)",
            DatasetFileState.Missing => "missing",
            _ => "different",
        };

    private static string[] Here(DatasetCatalog catalog) =>
        [.. catalog.Entries.Where(e => e.Parameters is null && catalog.Find(e.Name) is not null).Select(e => e.Name)];
}
