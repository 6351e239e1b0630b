using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>rag</c>: index and search one's own documents, put Proximity before them, find a tolerance, and route over several sources with RAGRoute.</summary>
public sealed class RagVerb : IVerb
{
    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("rag", "Index and search documents, with an approximate cache (Proximity) and learned routing (RAGRoute)")
        {
            Index(context),
            Search(context),
            Bench(context),
            Tune(context),
            new Command("route", "Learn which of several sources a query should go to, and ask") { Train(context), Ask(context) },
            Serve(context),
        };
    }

    private static Command Index(VerbContext context)
    {
        Argument<string> corpus = new("corpus")
        {
            Description = "The documents: JSON Lines with _id, title and text, as in BEIR",
            HelpName = "file",
        };
        Option<string> output = Required("--out", "The folder to write", "folder");
        Option<IndexKind> kind = new("--kind") { Description = "Exact search, or a graph", DefaultValueFactory = _ => IndexKind.Flat };
        Option<VectorMetric> metric = new("--metric")
        {
            Description = "How near two vectors are",
            DefaultValueFactory = _ => VectorMetric.Euclidean,
        };
        Option<int> dimension = new("--dimension") { Description = "The length of a vector", DefaultValueFactory = _ => 768 };
        Option<bool> lastWins = new("--last-wins")
        {
            Description = "Of an id that occurs twice take the last, instead of refusing the file",
        };
        Option<bool> json = Json();
        Command command = new("index", "Index documents") { corpus, output, kind, metric, dimension, lastWins, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                RagIndexReport r = await RagIndexFolder.BuildAsync(
                    a.GetRequiredValue(corpus),
                    a.GetRequiredValue(output),
                    a.GetValue(kind),
                    a.GetValue(metric),
                    a.GetValue(dimension),
                    a.GetValue(lastWins) ? DuplicateIds.LastWins : DuplicateIds.Error,
                    null,
                    cancellationToken
                );
                Show(call, json, r, $"{r.Documents} documents indexed ({r.Kind}, {r.Metric}, {r.Embedder}): {r.Folder}");
                if (r.WithoutWords > 0)
                {
                    call.Note($"{r.WithoutWords} documents have no word (a run of a-z or 0-9) and were left out.");
                }
                return ExitCode.Done;
            }
        );
    }

    private static Command Search(VerbContext context)
    {
        Argument<string> folder = Folder();
        Argument<string> query = new("query") { Description = "The query" };
        Option<int> k = K();
        Option<bool> json = Json();
        Command command = new("search", "Search an index") { folder, query, k, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                RagSearchReport r = await RagCommands.SearchAsync(
                    a.GetRequiredValue(folder),
                    a.GetRequiredValue(query),
                    a.GetValue(k),
                    cancellationToken
                );
                Show(call, json, r, [.. r.Documents.Select(d => $"{Text(d.Score)}  {d.Id}")]);
                return ExitCode.Done;
            }
        );
    }

    private static Command Bench(VerbContext context)
    {
        Argument<string> folder = Folder();
        Option<string> log = Log();
        Option<float> tolerance = Tolerance();
        Option<int> capacity = Capacity();
        Option<int> planes = Hyperplanes();
        Option<int> k = K();
        Option<bool> json = Json();
        Command command = new("bench", "Send a log of queries through the cache, and without it")
        {
            folder,
            log,
            tolerance,
            capacity,
            planes,
            k,
            json,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                RagBenchReport r = await RagCommands.BenchAsync(
                    a.GetRequiredValue(folder),
                    a.GetRequiredValue(log),
                    a.GetValue(tolerance),
                    a.GetValue(capacity),
                    a.GetValue(planes),
                    a.GetValue(k),
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    r,
                    $"{r.Queries} queries, tau = {Text(r.Tolerance)}: {Percent(r.HitRate)} hits, overlap {Text(r.Overlap)}",
                    $"a query takes {Text(r.MicrosecondsWithCache)} us with the cache (a hit {Text(r.MicrosecondsOfAHit)} us), {Text(r.MicrosecondsWithoutCache)} us without"
                );
                return ExitCode.Done;
            }
        );
    }

    private static Command Tune(VerbContext context)
    {
        Argument<string> folder = Folder();
        Option<string> log = Log();
        Option<string> falseHit = Required("--false-hit", "The largest share of hits that may be false, for example 1%", "share");
        Option<double> overlap = new("--overlap")
        {
            Description = "The share of the exact documents that a right hit returns at least",
            HelpName = "share",
            DefaultValueFactory = _ => 0.8,
        };
        Option<int> capacity = Capacity();
        Option<int> k = K();
        Option<bool> json = Json();
        Command command = new("tune", "Recommend a tolerance from a log of your own queries, or refuse")
        {
            folder,
            log,
            falseHit,
            overlap,
            capacity,
            k,
            json,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                RagTuneReport r;
                try
                {
                    r = await RagCommands.TuneAsync(
                        a.GetRequiredValue(folder),
                        a.GetRequiredValue(log),
                        Share(a.GetRequiredValue(falseHit)) ?? throw new UsageException("--false-hit is a share, for example 1% or 0.01."),
                        a.GetValue(capacity),
                        a.GetValue(k),
                        a.GetValue(overlap),
                        cancellationToken
                    );
                }
                catch (ResearchKitException e) when (e.Code == RagErrors.ToleranceUnsupported)
                {
                    call.Note($"No recommendation. {e.Message} {e.Remedy} ({e.Code})");
                    return ExitCode.Failed;
                }
                Show(
                    call,
                    json,
                    r,
                    $"tau = {Text(r.Tolerance)} ({r.Metric} distance, {r.Embedder})",
                    $"hits: {Percent(r.HitRate)} of {r.Queries} queries [{Percent(r.HitRateLow)}, {Percent(r.HitRateHigh)}]",
                    $"false hits: {Percent(r.FalseHits)} of {r.Hits} hits [{Percent(r.FalseHitsLow)}, {Percent(r.FalseHitsHigh)}]"
                );
                return ExitCode.Done;
            },
            parsed =>
                parsed.GetResult(falseHit) is not null && Share(parsed.GetValue(falseHit) ?? "") is null
                    ? ["--false-hit is a share, for example 1% or 0.01."]
                    : []
        );
    }

    private static Command Train(VerbContext context)
    {
        Option<string[]> sources = Sources();
        Option<string> queries = Required("--queries", "Queries to learn from: JSON Lines with _id and text", "file");
        Option<string> output = Required("--out", "The router to write", "file");
        Option<int> epochs = new("--epochs") { Description = "Epochs of training", DefaultValueFactory = _ => 30 };
        Option<int> k = K();
        Option<bool> json = Json();
        Command command = new("train", "Train a router: a source is relevant if it owns one of the best documents of all")
        {
            sources,
            queries,
            output,
            epochs,
            k,
            json,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                RagRouteTrainReport r = await RagCommands.TrainAsync(
                    Pairs(a.GetRequiredValue(sources)),
                    a.GetRequiredValue(queries),
                    a.GetRequiredValue(output),
                    a.GetValue(k),
                    a.GetValue(epochs),
                    0,
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    r,
                    $"router of {r.Queries} queries: {r.File}",
                    $"on held-out queries: accuracy {Text(r.ValidationAccuracy)}, area under the curve {Text(r.ValidationAreaUnderRoc)}, {Text(r.SourcesPerQuery)} sources a query ({Text(r.RelevantPerQuery)} relevant), threshold {Text(r.Threshold)}"
                );
                if (r.Warning is not null)
                {
                    call.Note(r.Warning);
                }
                return ExitCode.Done;
            }
        );
    }

    private static Command Ask(VerbContext context)
    {
        Option<string> router = Required("--router", "The router", "file");
        Option<string[]> sources = Sources();
        Argument<string> query = new("query") { Description = "The query" };
        Option<bool> json = Json();
        Command command = new("ask", "Say where a query would go") { router, sources, query, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                RagRouteReport r = await RagCommands.AskAsync(
                    a.GetRequiredValue(router),
                    Pairs(a.GetRequiredValue(sources)),
                    a.GetRequiredValue(query),
                    cancellationToken
                );
                Show(call, json, r, [.. r.Sources.Select(s => $"{Text(s.Probability)}  {s.Source}{(s.Chosen ? "" : "  (not asked)")}")]);
                return ExitCode.Done;
            }
        );
    }

    private static Command Serve(VerbContext context)
    {
        Argument<string> folder = Folder();
        Option<float?> tolerance = new("--tolerance") { Description = "tau; without it there is no cache", HelpName = "tau" };
        Option<int> capacity = Capacity();
        Option<int> planes = Hyperplanes();
        Option<double?> promise = new("--promise")
        {
            Description =
                "Find the tolerance, up to --tolerance, at which cached answers hold this share of the documents with 95 % confidence",
            HelpName = "share",
        };
        Option<string> url = new("--url") { Description = "Where to listen", DefaultValueFactory = _ => "http://127.0.0.1:8000" };
        Command command = new("serve", "Answer searches over HTTP, with the cache before the index")
        {
            folder,
            tolerance,
            promise,
            capacity,
            planes,
            url,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                using RagIndexFolder index = await RagIndexFolder.OpenAsync(a.GetRequiredValue(folder), cancellationToken);
                ProximityCacheOptions? options = a.GetValue(tolerance) is { } tau
                    ? new ProximityCacheOptions
                    {
                        Dimension = index.Index.Dimension,
                        Metric = index.Index.Metric,
                        Tolerance = tau,
                        Capacity = a.GetValue(capacity),
                    }
                    : null;
                AuditedTolerance? audit = a.GetValue(promise) is { } share
                    ? new(new() { MaxTolerance = a.GetValue(tolerance)!.Value, Target = share })
                    : null;
                await RagService.RunAsync(
                    index,
                    options is null
                        ? null
                        : () =>
                            a.GetValue(planes) > 0
                                ? new ConcurrentProximityCache<CachedAnswer>(options, new LshOptions { Hyperplanes = a.GetValue(planes) })
                                : new(options),
                    audit,
                    a.GetRequiredValue(url),
                    call.Loggers,
                    address => call.Note($"listening on {address}"),
                    cancellationToken
                );
                return ExitCode.Done;
            },
            parsed =>
                parsed.GetValue(promise) is { } share && (share is not (> 0 and <= 1) || parsed.GetValue(tolerance) is not > 0)
                    ? ["--promise is a share in (0, 1], and needs --tolerance above 0: the largest one it may come to."]
                    : []
        );
    }

    private static IReadOnlyList<(string Name, string Folder)> Pairs(string[] sources) =>
        [
            .. sources.Select(s =>
                s.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } folder]
                    ? (name, folder)
                    : throw new UsageException($"A source is NAME=FOLDER; this is '{s}'.")
            ),
        ];

    private static double? Share(string text)
    {
        string number = text.Trim().TrimEnd('%');
        return
            double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && (text.Trim().EndsWith('%') ? value / 100 : value) is > 0 and < 1 and var share
            ? share
            : null;
    }

    private static void Show<T>(Call call, Option<bool> json, T report, params ReadOnlySpan<string> lines)
    {
        if (call.Arguments.GetValue(json))
        {
            call.Results.Document(report);
            return;
        }
        foreach (string line in lines)
        {
            call.Results.Line(line);
        }
    }

    private static Argument<string> Folder() => new("folder") { Description = "The folder that rag index wrote" };

    private static Option<string> Log() => Required("--log", "The queries in the order they came: JSON Lines with text", "file");

    private static Option<float> Tolerance() =>
        new("--tolerance")
        {
            Description = "tau, a distance in the metric of the index; rag tune recommends one",
            HelpName = "tau",
            Required = true,
        };

    private static Option<int> Capacity() =>
        new("--capacity")
        {
            Description = "Entries of the cache",
            HelpName = "c",
            DefaultValueFactory = _ => 300,
        };

    private static Option<int> Hyperplanes() =>
        new("--hyperplanes")
        {
            Description = "Hash into buckets by so many hyperplanes; 0: scan all entries",
            HelpName = "L",
            DefaultValueFactory = _ => 0,
        };

    private static Option<int> K() => new("--k") { Description = "Documents of a query", DefaultValueFactory = _ => 10 };

    private static Option<string[]> Sources() =>
        new("--source")
        {
            Description = "A source as NAME=FOLDER; give one option for each",
            HelpName = "name=folder",
            Required = true,
        };

    private static Option<string> Required(string name, string description, string help) =>
        new(name)
        {
            Description = description,
            HelpName = help,
            Required = true,
        };

    private static Option<bool> Json() => new("--json") { Description = "Answer with one JSON document" };

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.##} %");
}
