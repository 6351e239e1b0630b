using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class TrafficLedgerTests
{
    private static readonly string[] Kinds = ["model", "ping", "view"];
    private static readonly string[] Phases = ["", "round 1"];

    [Test]
    public void Every_sum_is_that_of_a_list_of_transfers() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Long[0, 1L << 40], Gen.Bool)
            .Array[0, 60]
            .Sample(transfers =>
            {
                TrafficLedger ledger = new();
                TrafficLedger small = new(byPair: false);
                List<TrafficRow> list = [];
                foreach ((int sender, int receiver, int kind, int phase, long bytes, bool partial) in transfers)
                {
                    long down = partial ? bytes / 3 : bytes;
                    list.Add(new(sender, receiver, Kinds[kind], Phases[phase], 1, partial ? 1 : 0, bytes, down));
                    foreach (TrafficLedger each in (TrafficLedger[])[ledger, small])
                    {
                        if (partial)
                        {
                            each.RecordPartial(each.Kind(Kinds[kind], Phases[phase]), sender, receiver, bytes, down);
                        }
                        else
                        {
                            each.Record(each.Kind(Kinds[kind], Phases[phase]), sender, receiver, bytes);
                        }
                    }
                }

                Assert.That(ledger.Total, Is.EqualTo(Total(list)));
                Assert.That(small.Total, Is.EqualTo(ledger.Total));
                for (int node = 0; node < 8; node++)
                {
                    Assert.That(ledger.Up(node), Is.EqualTo(list.Where(t => t.Sender == node).Sum(t => t.BytesUp)));
                    Assert.That(small.Down(node), Is.EqualTo(list.Where(t => t.Receiver == node).Sum(t => t.BytesDown)));
                }

                foreach (string kind in Kinds)
                {
                    Assert.That(ledger.Of(kind), Is.EqualTo(Total(list.Where(t => t.Kind == kind))));
                    Assert.That(ledger.Of(kind, ""), Is.EqualTo(Total(list.Where(t => t.Kind == kind && t.Phase == ""))));
                }

                Assert.That(
                    ledger.ByKind().Select(k => k.Total).Aggregate(default(TrafficTotal), (a, b) => a + b),
                    Is.EqualTo(ledger.Total)
                );
                Assert.That(
                    ledger.ByPhase().Select(k => k.Total).Aggregate(default(TrafficTotal), (a, b) => a + b),
                    Is.EqualTo(ledger.Total)
                );
                Assert.That(ledger.ByKind().Select(k => k.Kind), Is.EqualTo(list.Select(t => t.Kind).Distinct()));

                TrafficRow[] rows = [.. ledger.Rows()];
                Assert.That(
                    rows.OrderBy(r => (r.Kind, r.Phase, r.Sender, r.Receiver)),
                    Is.EqualTo(
                        list.GroupBy(t => (t.Kind, t.Phase, t.Sender, t.Receiver))
                            .OrderBy(g => g.Key)
                            .Select(g =>
                            {
                                TrafficTotal total = Total(g);
                                return new TrafficRow(
                                    g.Key.Sender,
                                    g.Key.Receiver,
                                    g.Key.Kind,
                                    g.Key.Phase,
                                    total.Transfers,
                                    total.Partial,
                                    total.BytesUp,
                                    total.BytesDown
                                );
                            })
                    )
                );
                Assert.That(rows.Select(r => (r.Sender, r.Receiver)), Is.Ordered);
            });

    private static TrafficTotal Total(IEnumerable<TrafficRow> rows) =>
        rows.Aggregate(default(TrafficTotal), (sum, t) => sum + new TrafficTotal(t.Transfers, t.Partial, t.BytesUp, t.BytesDown));

    /// <summary>FENS on CIFAR-10: S = 4 * 4,911,754 B up; 2 R A of the aggregator, A = 33,800 B, R = 500.</summary>
    [Test]
    public void Formulas_stand_beside_what_was_measured()
    {
        TrafficLedger ledger = new();
        TrafficKind upload = ledger.Kind("model", "upload");
        TrafficKind aggregator = ledger.Kind("aggregator", "rounds");
        ledger.Record(upload, sender: 0, receiver: 1, 19_647_016 + 80);
        for (int round = 0; round < 500; round++)
        {
            ledger.Record(aggregator, 0, 1, 33_800);
            ledger.Record(aggregator, 1, 0, 33_800);
        }

        ledger.Predict("S", 19_647_016, phase: "upload");
        ledger.Predict("2 R A", 2 * 500 * 33_800, kind: "aggregator");
        IReadOnlyList<TrafficFormula> formulas = ledger.Formulas();
        Assert.That(formulas[0].Measured.BytesUp - formulas[0].FormulaBytes, Is.EqualTo(80));
        Assert.That((formulas[1].Formula, formulas[1].FormulaBytes, formulas[1].Ratio), Is.EqualTo(("2 R A", 33_800_000.0, 1.0)));
        Assert.That(ledger.Total.BytesUp, Is.EqualTo(19_647_096 + 33_800_000));
    }

    [Test]
    public void The_load_of_silent_nodes_counts()
    {
        TrafficLedger ledger = new();
        ledger.Record(ledger.Kind("ping"), 0, 1, 100);
        Assert.That(ledger.Load().MaxOverMean, Is.EqualTo(1));
        Assert.That(ledger.Load(nodes: 4).MaxOverMean, Is.EqualTo(2));
        Assert.That(() => ledger.Load(1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Known_pairs_cost_no_allocation()
    {
        TrafficLedger ledger = new();
        TrafficKind kind = ledger.Kind("model");
        ledger.Record(kind, 3, 4, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            ledger.Record(kind, 3, 4, 1);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        TrafficLedger ledger = new(byPair: false);
        TrafficKind kind = ledger.Kind("model");
        Assert.That(() => ledger.Record(new TrafficKind(1), 0, 1, 1), Throws.ArgumentException.With.Message.Contains("no kind 1"));
        Assert.That(() => ledger.Record(kind, -1, 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ledger.Record(kind, 0, 1, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ledger.RecordPartial(kind, 0, 1, 5, 6), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("5"));
        Assert.That(() => ledger.Kind(""), Throws.ArgumentException);
        Assert.That(() => ledger.Predict("S", double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ledger.Rows(), Throws.InvalidOperationException);
        Assert.That(() => ledger.Load(), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(ledger.Total, Is.EqualTo(default(TrafficTotal)));
        Assert.That(ledger.Nodes, Is.Zero);
    }
}
