using System.CommandLine;
using ResearchKit.Cli;
using ResearchKit.Moe;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>moe plan</c>.</summary>
internal static class MoePlanCommand
{
    private const int MostShown = 40;

    public static Option<int> Threshold() =>
        new("--q")
        {
            Description = "HarMoEny moves no fewer tokens to a rank",
            HelpName = "tokens",
            DefaultValueFactory = _ => 1512,
        };

    public static Command Build(VerbContext context, MoeSchedulers schedulers)
    {
        Option<string> counts = new("--counts")
        {
            Description = "The counts of one layer: .csv or .parquet with layer, rank, expert, tokens, or any trace of moe simulate",
            HelpName = "file",
            Required = true,
        };
        Option<int> ranks = new("--ranks")
        {
            Description = "Ranks",
            HelpName = "G",
            Required = true,
        };
        Option<int> experts = new("--experts")
        {
            Description = "Experts",
            HelpName = "E",
            Required = true,
        };
        Option<int> layer = new("--layer") { Description = "The layer of the trace, from 0", HelpName = "n" };
        Option<string> scheduler = new("--scheduler")
        {
            Description = $"The scheduler: {schedulers.Names}",
            HelpName = "name",
            DefaultValueFactory = _ => "harmoeny",
        };
        Option<int> q = Threshold();
        Option<bool> json = new("--json") { Description = "Write JSON" };
        Command command = new("plan", "Schedule the tokens of one layer") { counts, ranks, experts, layer, scheduler, q, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                ImportedTrace trace = await TraceImport.LoadAsync(
                    a.GetRequiredValue(counts),
                    a.GetValue(ranks),
                    a.GetValue(experts),
                    cancellationToken: cancellationToken
                );
                int wanted = a.GetValue(layer);
                if (wanted < 0 || wanted >= trace.Iterations[0].Count)
                {
                    throw new UsageException($"--layer {wanted}: the trace has layers 0 to {trace.Iterations[0].Count - 1}.");
                }

                MoePlanReport report = Plan(trace.Iterations[0][wanted], schedulers.Of(a.GetValue(scheduler)!, a.GetValue(q)));
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                    return ExitCode.Done;
                }

                call.Results.Line($"loads, fixed placement: {string.Join(", ", report.LoadsBefore)}");
                call.Results.Line($"loads, {report.Scheduler}: {string.Join(", ", report.LoadsAfter)}; {report.Dropped} tokens dropped");
                ResultTable table = new ResultTable("from", "expert", "to", "tokens").Right(0, 1, 2, 3);
                foreach (MoePlanLine move in report.Moves.Take(MostShown))
                {
                    table.Add($"{move.Source}", $"{move.Expert}", $"{move.Destination}", $"{move.Tokens}");
                }

                call.Results.Table(table);
                if (report.Moves.Count > MostShown)
                {
                    call.Note($"{report.Moves.Count - MostShown} more moves: --json shows all.");
                }

                if (trace.Assumption is { } assumption)
                {
                    call.Note($"Assumed: {assumption}.");
                }

                return ExitCode.Done;
            },
            parsed =>
                parsed.GetValue(q) < 1 || parsed.GetValue(ranks) < 1 || parsed.GetValue(experts) < parsed.GetValue(ranks)
                    ? ["--q and --ranks are at least 1, --experts at least --ranks."]
                    : []
        );
    }

    private static MoePlanReport Plan(TokenCounts counts, ITokenScheduler scheduler)
    {
        ExpertPlacement placement = ExpertPlacement.Contiguous(counts.Ranks, counts.Experts);
        Schedule schedule = scheduler.Plan(counts, placement);
        return new(
            scheduler.Name,
            new FixedScheduler().Plan(counts, placement).Loads.ToArray(),
            schedule.Loads.ToArray(),
            schedule.Dropped(counts),
            [
                .. schedule
                    .Entries()
                    .Where(entry => !placement.Holds(entry.Destination, entry.Expert))
                    .Select(static entry => new MoePlanLine(entry.Source, entry.Expert, entry.Destination, entry.Tokens)),
            ]
        );
    }
}
