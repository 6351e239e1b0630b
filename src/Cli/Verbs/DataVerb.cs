using System.CommandLine;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Storage;

namespace ResearchKit.Cli;

/// <summary><c>data</c>: the data sets that experiments know.</summary>
internal sealed class DataVerb : IVerb
{
    public Command Build(VerbContext context) =>
        new("data", "List, fetch and verify data sets")
        {
            List(context),
            Info(context),
            DataFetchVerb.Build(context),
            DataVerifyVerb.Build(context),
            PathOf(context),
            Where(context),
        };

    /// <summary>An argument that names a data set of the catalogue.</summary>
    internal static Argument<string> Name(VerbContext context)
    {
        Argument<string> name = new("name") { Description = "The name of a data set", HelpName = "name" };
        Guard(name, context);
        return name;
    }

    /// <summary>An argument that names some data sets.</summary>
    internal static Argument<string[]> Names(VerbContext context, ArgumentArity arity)
    {
        Argument<string[]> names = new("name")
        {
            Description = "Names of data sets",
            HelpName = "name",
            Arity = arity,
        };
        Guard(names, context);
        return names;
    }

    /// <summary>What is wrong with names, with the nearest ones.</summary>
    internal static IEnumerable<string> Problems(VerbContext context, IEnumerable<string> names)
    {
        DatasetCatalog catalog = context.Catalog();
        return names
            .Where(n => !n.StartsWith('-') && !catalog.TryGetInfo(n, out _))
            .Select(n =>
                $"There is no data set '{n}'. Nearest: {string.Join(", ", NearestNames.Of(n, catalog.Entries.Select(e => e.Name)))}."
            );
    }

    private static void Guard(Argument argument, VerbContext context)
    {
        argument.Validators.Add(result =>
        {
            foreach (string token in result.Tokens.Select(t => t.Value).Where(t => t.StartsWith('-')))
            {
                result.AddError(ParseProblems.StrayOption(token, (System.CommandLine.Parsing.CommandResult)result.Parent!)!);
            }
        });
        argument.CompletionSources.Add(_ => context.Catalog().Entries.Select(e => e.Name));
    }

    private static Command List(VerbContext context)
    {
        Option<bool> json = JsonOption.Create();
        Command command = new("list", "List the data sets and whether they are here") { json };
        return context.Handle(
            command,
            (call, _) =>
            {
                DatasetCatalog catalog = context.Catalog();
                if (call.Arguments.Given(json))
                {
                    call.Results.Document(catalog.Entries.Select(e => Document(catalog, e)));
                    return Task.FromResult(ExitCode.Done);
                }

                ResultTable table = new ResultTable("name", "title", "size", "licence", "here").Right(2);
                foreach (DatasetInfo entry in catalog.Entries)
                {
                    table.Add(entry.Name, entry.Title, Size(entry), entry.Licence, Here(catalog, entry));
                }

                call.Results.Table(table);
                call.Results.Line($"Data lie in {catalog.Root}.");
                return Task.FromResult(ExitCode.Done);
            }
        );
    }

    private static Command Info(VerbContext context)
    {
        Argument<string> name = Name(context);
        Option<bool> json = JsonOption.Create();
        Command command = new("info", "Show what the catalogue knows about a data set") { name, json };
        return context.Handle(
            command,
            (call, _) =>
            {
                DatasetCatalog catalog = context.Catalog();
                DatasetInfo entry = catalog.GetInfo(call.Arguments.GetRequiredValue(name));
                if (call.Arguments.Given(json))
                {
                    call.Results.Document(Document(catalog, entry));
                }
                else
                {
                    Show(call.Results, catalog, entry, context.Name);
                }

                return Task.FromResult(ExitCode.Done);
            },
            parsed => parsed.Given(name) is { } given ? Problems(context, [given]) : []
        );
    }

    private static Command PathOf(VerbContext context)
    {
        Argument<string> name = Name(context);
        Command command = new("path", "Print the folder of a data set that is here") { name };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                DatasetFolder folder = await context.Catalog().RequireAsync(call.Arguments.GetRequiredValue(name), cancellationToken);
                call.Results.Line(folder.Path);
                return ExitCode.Done;
            },
            parsed => parsed.Given(name) is { } given ? Problems(context, [given]) : []
        );
    }

    private static Command Where(VerbContext context) =>
        context.Handle(
            new Command("where", "Print the folder under which data lie"),
            (call, _) =>
            {
                call.Results.Line(context.Catalog().Root);
                return Task.FromResult(ExitCode.Done);
            }
        );

    private static void Show(ResultWriter results, DatasetCatalog catalog, DatasetInfo entry, string executable)
    {
        void Field(string label, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                results.Line($"{label}: {value}");
            }
        }

        Field("name", entry.Name);
        Field("title", entry.Title);
        Field("version", entry.Version);
        Field("licence", entry.LicencePage is { } page ? $"{entry.Licence} ({page})" : entry.Licence);
        Field("citation", entry.Citation);
        Field("home page", entry.Homepage);
        Field("subset of", entry.SubsetOf);
        Field("notes", entry.Notes);
        Field("here", Here(catalog, entry).Text);
        if (entry.Files.Count > 0)
        {
            ResultTable table = new ResultTable("file", "size", "SHA-256", "from").Right(1);
            foreach (DatasetFile file in entry.Files)
            {
                string size = file.Bytes is { } bytes ? $"{new ByteSize(bytes)}" : "not established";
                table.Add(file.Path, size, file.Sha256 ?? "recorded on first use", file.Urls.Count > 0 ? file.Urls[0] : "by hand");
            }

            results.Table(table);
        }

        foreach ((int number, string step) in entry.ManualSteps.Index())
        {
            results.Line($"{number + 1}. {step}");
        }

        results.Line($"Get it with: {executable} data fetch {entry.Name}{(entry.IsManual ? " --from FOLDER" : "")}");
    }

    private static object Document(DatasetCatalog catalog, DatasetInfo entry) =>
        new
        {
            entry.Name,
            entry.Title,
            entry.Version,
            entry.Licence,
            entry.LicencePage,
            entry.Citation,
            entry.Homepage,
            entry.SubsetOf,
            entry.Bytes,
            entry.Files,
            entry.ManualSteps,
            entry.Notes,
            Folder = Find(catalog, entry)?.Path,
        };

    private static ResultCell Here(DatasetCatalog catalog, DatasetInfo entry) =>
        entry.Parameters is not null ? new("many", Tone.Faint)
        : Find(catalog, entry) is { } folder ? new(folder.Path, Tone.Good)
        : new(entry.IsManual ? "no (by hand)" : "no", Tone.Faint);

    private static DatasetFolder? Find(DatasetCatalog catalog, DatasetInfo entry) =>
        entry.Parameters is null ? catalog.Find(entry.Name) : null;

    private static string Size(DatasetInfo entry) => entry.Bytes is { } bytes ? $"{new ByteSize(bytes)}" : "";
}
