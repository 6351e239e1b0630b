namespace ResearchKit.Audit.Tests.Auditing;

/// <summary>An audit of a live model that is broken off anywhere goes on, and asks nothing twice.</summary>
public class QueryLedgerTests
{
    private string folder = "";

    [SetUp]
    public async Task MakeTable()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "ledger", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "t.csv"),
            "id,y,sex\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},{i % 2},{(i % 3 == 0 ? "F" : "M")}\n"))
        );
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_ledger_cut_anywhere_is_read_to_its_last_whole_line()
    {
        string path = Path.Combine(folder, "l.jsonl");
        await using (QueryLedger ledger = await QueryLedger.OpenAsync(path, "a"))
        {
            foreach (long row in new long[] { 3, 7, 9 })
            {
                ledger.Ask(row);
                ledger.Answer(row, 0.25);
            }
            Assert.That(() => ledger.Ask(7), Throws.InvalidOperationException.With.Message.Contains("Row 7"));
        }
        byte[] whole = await File.ReadAllBytesAsync(path);
        for (int length = whole.Length; length >= 0; length -= 7)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            await using QueryLedger ledger = await QueryLedger.OpenAsync(path, "a");
            int lines = whole[..length].Count(b => b == '\n');
            Assert.That(ledger.Asked, Has.Count.EqualTo(Math.Max(0, lines / 2)));
            Assert.That(ledger.Answers, Has.Count.EqualTo(Math.Max(0, (lines - 1) / 2)));
        }
    }

    [Test]
    public async Task Another_audit_and_lines_that_are_no_entries_are_refused()
    {
        string path = Path.Combine(folder, "l.jsonl");
        await (await QueryLedger.OpenAsync(path, "a")).DisposeAsync();
        AuditException? other = await Assert.ThrowsAsync<AuditException>(() => QueryLedger.OpenAsync(path, "b"));
        Assert.That(other!.Code, Is.EqualTo(AuditErrors.LedgerMismatch));
        await File.AppendAllTextAsync(path, "nonsense\n");
        MalformedFileException? wrong = await Assert.ThrowsAsync<MalformedFileException>(() => QueryLedger.OpenAsync(path, "a"));
        Assert.That(wrong!.Line, Is.EqualTo(2));
    }

    [Test]
    public async Task An_audit_cancelled_again_and_again_asks_each_row_once_and_ends_as_if_it_had_not_been()
    {
        Counting box = new() { CancelEvery = 9 };
        EndpointAuditResult? result = null;
        for (int run = 0; run < 50 && result is null; run++)
        {
            using CancellationTokenSource cancel = new();
            box.Cancel = cancel;
            try
            {
                result = await Run(box, "broken.jsonl", cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // Goes on with the next run.
            }
        }
        Assert.That(result, Is.Not.Null);
        Assert.That(box.Asked.Values, Has.All.EqualTo(1));
        Assert.That((result!.Asked, box.Asked.Count), Is.EqualTo((120, 120)));
        EndpointAuditResult straight = await Run(new Counting(), "straight.jsonl", CancellationToken.None);
        Assert.That(result.Unanswered, Is.EqualTo(120 / 9), "questions that were broken off count, and are not repeated");
        Assert.That(straight.Findings.Rows - result.Findings.Rows, Is.EqualTo(result.Unanswered));
        Assert.That(straight.Findings.Attributes[0].Table.Value(FairnessMetrics.SelectionRate, 1), Is.EqualTo(1), "men are selected");
    }

    [Test]
    public async Task The_sample_is_uniform_and_seeded()
    {
        long[] hits = new long[10];
        for (int seed = 1; seed <= 10; seed++)
        {
            Counting box = new();
            await Run(box, $"s{seed}.jsonl", CancellationToken.None, seed);
            foreach (long row in box.Asked.Keys)
            {
                hits[row / 50]++;
            }
        }
        Assert.That(hits.Sum(), Is.EqualTo(10 * 120));
        Assert.That(hits, Has.All.InRange(75, 165), "120 are expected in each tenth of the table, with a deviation of 9");
    }

    private Task<EndpointAuditResult> Run(IBlackBox box, string ledger, CancellationToken cancellationToken, int seed = 1) =>
        EndpointAudit.RunAsync(
            box,
            "box",
            Path.Combine(folder, "t.csv"),
            Path.Combine(folder, ledger),
            new EndpointAuditOptions
            {
                Table = new TableAuditOptions { Label = "y", Groups = ["sex"] },
                Budget = 120,
                Seed = seed,
            },
            cancellationToken: cancellationToken
        );

    private sealed class Counting : IBlackBox
    {
        public Dictionary<long, int> Asked { get; } = [];

        public int CancelEvery { get; init; } = int.MaxValue;

        public CancellationTokenSource? Cancel { get; set; }

        public async Task<double> AskAsync(AuditQuery query, CancellationToken cancellationToken = default)
        {
            Asked[query.Row] = Asked.GetValueOrDefault(query.Row) + 1;
            Assert.That(query.Features.Keys, Is.EquivalentTo(new[] { "id", "sex" }), "the label is not sent");
            if (Asked.Count % CancelEvery == 0)
            {
                await Cancel!.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }
            return query.Features["sex"] == "M" ? 0.9 : 0.2;
        }
    }
}
