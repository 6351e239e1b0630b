using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Audit;

/// <summary>
/// Audits a live model within a budget of questions: rows are drawn from the auditor's table, each is asked about once, and every question and answer is in a ledger. An audit that stopped goes on with the same ledger.
/// </summary>
public static class EndpointAudit
{
    /// <summary>Asks, and concludes.</summary>
    /// <param name="box">The model.</param>
    /// <param name="name">What identifies the model, for example its URL; part of the ledger.</param>
    /// <param name="table">The auditor's table: delimited text.</param>
    /// <param name="ledgerPath">The ledger.</param>
    /// <param name="options">Columns, budget, seed.</param>
    /// <param name="progress">Told of the share of the budget that is used.</param>
    /// <param name="cancellationToken">Cancels between questions; nothing that was answered is lost.</param>
    /// <exception cref="AuditException">The model does not answer, or the ledger belongs to another audit.</exception>
    /// <exception cref="MalformedFileException">A column is not there, or a value does not read as what it should be.</exception>
    public static async Task<EndpointAuditResult> RunAsync(
        IBlackBox box,
        string name,
        string table,
        string ledgerPath,
        EndpointAuditOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(box);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        TableAudit audit = new(options.Table with { Prediction = null, Score = "answer", Weight = null });
        Sampled[] rows = await SampleAsync(table, options, cancellationToken).ConfigureAwait(false);
        string identity = Checksum.Sha256(
            System.Text.Encoding.UTF8.GetBytes(
                string.Join(
                    '\n',
                    [
                        name,
                        .. rows.Select(r =>
                            string.Join('\u001f', [Text(r.Query.Row), .. r.Query.Features.Select(f => $"{f.Key}={f.Value}")])
                        ),
                    ]
                )
            )
        );
        QueryLedger ledger = await QueryLedger.OpenAsync(ledgerPath, identity, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable _ = ledger.ConfigureAwait(false);
        int now = 0;
        int failures = 0;
        foreach (Sampled row in rows)
        {
            if (ledger.Asked.Contains(row.Query.Row))
            {
                continue;
            }
            cancellationToken.ThrowIfCancellationRequested();
            ledger.Ask(row.Query.Row);
            now++;
            try
            {
                // What was sent is waited for: a question that is broken off counts against the budget all the same.
                ledger.Answer(row.Query.Row, await box.AskAsync(row.Query, cancellationToken).ConfigureAwait(false));
                failures = 0;
            }
            catch (AuditException) when (++failures < options.MostFailures)
            {
                // In the ledger as asked; the next question shows whether the model is gone.
            }
            progress?.Report((double)ledger.Asked.Count / rows.Length);
        }
        foreach (Sampled row in rows)
        {
            if (ledger.Answers.TryGetValue(row.Query.Row, out double score))
            {
                audit.Add(row.Label, score.ToString("r", CultureInfo.InvariantCulture), row.Groups, null, table, row.Line);
            }
        }
        return new EndpointAuditResult(audit.Conclude(), ledger.Asked.Count, now, ledger.Asked.Count - ledger.Answers.Count);
    }

    /// <summary>Reservoir sampling: one pass, memory for the budget alone, each row equally likely.</summary>
    private static async Task<Sampled[]> SampleAsync(string table, EndpointAuditOptions options, CancellationToken cancellationToken)
    {
        RandomStream random = RandomStream.Named("audit", "endpoint", options.Seed.ToString(CultureInfo.InvariantCulture));
        List<Sampled> kept = [];
        string?[] own = [options.Table.Label, options.Table.Prediction, options.Table.Score, options.Table.Weight];
        long seen = 0;
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(table, null, cancellationToken).ConfigureAwait(false))
        {
            long row = seen++;
            long place = row < options.Budget ? row : random.NextInt64(row + 1);
            if (place >= options.Budget)
            {
                continue;
            }
            IEnumerable<string> features = options.Features.Count > 0 ? options.Features : record.Columns.Except(own.OfType<string>());
            Sampled sampled = new(
                new AuditQuery(row, features.ToDictionary(f => f, f => record[f])),
                options.Table.Label is null ? null : record[options.Table.Label],
                [.. options.Table.Groups.Select(g => record[g])],
                record.Line
            );
            if (place < kept.Count)
            {
                kept[(int)place] = sampled;
            }
            else
            {
                kept.Add(sampled);
            }
        }
        return [.. kept.OrderBy(s => s.Query.Row)];
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Sampled(AuditQuery Query, string? Label, string[] Groups, long Line);
}
