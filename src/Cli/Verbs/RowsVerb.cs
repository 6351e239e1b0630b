using System.CommandLine;
using ResearchKit.Experiments;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary><c>rows RUN|glob</c>: the rows of one run, or of all runs of experiments, as one table.</summary>
internal sealed class RowsVerb : IVerb
{
    internal enum Format
    {
        Csv,
        Json,
        Parquet,
        Latex,
    }

    public Command Build(VerbContext context)
    {
        Argument<string[]> references = RunReference.Many(
            "A run, an experiment for its newest run, or a pattern such as 'paper/*' for all runs of its experiments"
        );
        ChoiceOption<Format> format = new("--format", "The format", Format.Csv);
        Option<string[]> where = new("--where")
        {
            Description = "Only rows for which this holds: Name=value, also != < <= > >=; may be repeated",
            HelpName = "condition",
        };
        Option<string?> to = new("--to") { Description = "Write to this file instead of the output; parquet needs it", HelpName = "file" };
        Option<string?> folder = RunsOption.Create();
        Command command = new("rows", "Collect the rows of runs") { references, format, where, to, folder };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                RunStore store = new(RunStore.RootOr(call.Arguments.Given(folder)));
                RowCollection rows = new();
                foreach (string reference in call.Arguments.GetRequiredValue(references))
                {
                    await foreach (Run run in RunSelection.FindAsync(store, reference, cancellationToken))
                    {
                        RunState state = await RunState.ReadAsync(
                            run,
                            context.Experiments.Create(run.Manifest.Experiment),
                            cancellationToken: cancellationToken
                        );
                        rows.Add(run, state.Table());
                    }
                }

                rows.Keep([.. (call.Arguments.Given(where) ?? []).Select(w => RowCondition.TryParse(w)!)]);
                await WriteAsync(call, rows, format.In(call.Arguments), call.Arguments.Given(to), cancellationToken);
                return ExitCode.Done;
            },
            parsed => Problems(parsed, where, format, to)
        );
    }

    private static IEnumerable<string> Problems(ParseResult parsed, Option<string[]> where, ChoiceOption<Format> format, Option<string?> to)
    {
        foreach (string text in parsed.Given(where) ?? [])
        {
            if (RowCondition.TryParse(text) is not { } condition)
            {
                yield return $"--where = {text}: allowed is a column, one of = != < <= > >=, and a value.";
            }
            else if (condition.ComparesByOrder && !condition.HasNumber)
            {
                yield return $"--where = {text}: {condition.Operator} needs a number.";
            }
        }

        if (format.In(parsed) == Format.Parquet && parsed.Given(to) is null)
        {
            yield return "--format parquet is binary: name the file with --to FILE.";
        }
    }

    private static async Task WriteAsync(Call call, RowCollection rows, Format format, string? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            Write(rows, format, call.Results.Stream);
            return;
        }

        await AtomicFile.WriteAsync(
            path,
            async (stream, token) =>
            {
                if (format == Format.Parquet)
                {
                    // The writer seeks back to its beginnings; the file is written in one go.
                    using MemoryStream buffer = new();
                    await RowFiles.WriteParquetAsync(rows, buffer, token);
                    buffer.Position = 0;
                    await buffer.CopyToAsync(stream, token);
                    return;
                }

                await using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
                Write(rows, format, writer);
            },
            cancellationToken
        );
        call.Results.Line(Path.GetFullPath(path));
    }

    private static void Write(RowCollection rows, Format format, TextWriter to)
    {
        if (format == Format.Json)
        {
            RowFiles.WriteJson(rows, to);
        }
        else if (format == Format.Latex)
        {
            RowFiles.WriteLatex(rows, to);
        }
        else
        {
            RowFiles.WriteCsv(rows, to);
        }
    }
}
