using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary><c>status [RUN]</c>: how runs stand, by their journals alone.</summary>
internal sealed class StatusVerb : IVerb
{
    public Command Build(VerbContext context)
    {
        Argument<string?> reference = RunReference.Optional("A run, or an experiment for its newest; all runs if none is named");
        Option<bool> json = JsonOption.Create();
        Option<string?> folder = RunsOption.Create();
        Command command = new("status", "Show how runs stand: cells done, running, failed, missing; time left; writers")
        {
            reference,
            json,
            folder,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                RunStore store = new(RunStore.RootOr(call.Arguments.Given(folder)));
                if (call.Arguments.Given(reference) is { } one)
                {
                    Run run = await store.OpenAsync(one, cancellationToken);
                    RunStatus status = await RunStatus.ReadAsync(context, run, cancellationToken);
                    Show(call, [status], detailed: true, call.Arguments.Given(json));
                    return ExitCode.Done;
                }

                List<RunStatus> all = [];
                await foreach (RunSummary summary in store.ListAsync(cancellationToken: cancellationToken))
                {
                    all.Add(await RunStatus.ReadAsync(context, await Run.OpenAsync(summary.Folder, cancellationToken), cancellationToken));
                }

                Show(call, all, detailed: false, call.Arguments.Given(json));
                return ExitCode.Done;
            }
        );
    }

    private static void Show(Call call, List<RunStatus> runs, bool detailed, bool json)
    {
        if (json)
        {
            call.Results.Document(runs);
            return;
        }

        if (runs.Count == 0)
        {
            call.Results.Line("There is no run.");
            return;
        }

        ResultTable table = new ResultTable("experiment", "run", "state", "done", "running", "failed", "missing", "skipped", "left").Right(
            3,
            4,
            5,
            6,
            7
        );
        foreach (RunStatus r in runs)
        {
            string left = r.SecondsLeft is { } seconds ? $"about {Numbers.Duration(TimeSpan.FromSeconds(seconds))}" : "";
            table.Add(
                r.Experiment,
                r.RunId,
                State(r),
                $"{r.Done}",
                $"{r.Running}",
                $"{r.Failed}",
                $"{r.Missing}",
                $"{r.Skipped}",
                r.Problem ?? left
            );
        }

        call.Results.Table(table);
        if (!detailed)
        {
            return;
        }

        ResultTable writers = new ResultTable("writer", "cells", "failures", "in hand", "last write").Right(1, 2, 3);
        foreach (WriterStatus w in runs[0].Writers)
        {
            ResultCell last = w.IsAlive ? new($"{w.LastWriteUtc:u}, alive", Tone.Good) : new($"{w.LastWriteUtc:u}, ended", Tone.Faint);
            writers.Add(w.Id, $"{w.Cells}", $"{w.Failures}", $"{w.InHand}", last);
        }

        call.Results.Line();
        call.Results.Table(writers);
        foreach (SystemPace pace in runs[0].Systems)
        {
            call.Results.Line(
                $"{pace.System}: {pace.Done} done, {pace.Open} open, {Numbers.Duration(TimeSpan.FromMilliseconds(pace.MedianMs))} a cell"
            );
        }
    }

    private static ResultCell State(RunStatus run) =>
        run.State switch
        {
            RunOutcome.Complete => new("complete", Tone.Good),
            RunOutcome.Failed => new("failed", Tone.Bad),
            RunOutcome.Running => new("running", Tone.Plain),
            _ => new("incomplete", Tone.Warning),
        };
}
