using System.Text.Json;
using CsCheck;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;

namespace ResearchKit.Federated.Tests.Decentralized.Population;

/// <summary>Views: the published operations, and the tree against a plain dictionary.</summary>
public class PopulationViewTests
{
    private static readonly Gen<ViewEntry> Entries = Gen.Select(Gen.Int[-1, 50], Gen.Int[0, 5], Gen.Enum<MembershipChange>())
        .Select((round, counter, state) => new ViewEntry(round, counter, state));

    [Test]
    public void The_published_operations()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "view_ops.json");
        foreach (JsonElement script in golden.RootElement.EnumerateArray())
        {
            int me = script.GetProperty("me").GetInt32();
            int threshold = script.GetProperty("inactivityThreshold").GetInt32();
            PopulationView view = new();
            PopulationView pending = new();
            foreach (JsonElement op in script.GetProperty("ops").EnumerateArray())
            {
                switch (op.GetProperty("op").GetString())
                {
                    case "add":
                        view.Add(op.GetProperty("node").GetInt32(), op.GetProperty("round").GetInt32());
                        break;
                    case "activity":
                        view.Activity(op.GetProperty("node").GetInt32(), op.GetProperty("round").GetInt32());
                        break;
                    case "remove":
                        view.Remove(op.GetProperty("node").GetInt32());
                        break;
                    case "merge":
                        view.Merge(View(op.GetProperty("view")));
                        break;
                    case "pendingSet":
                        foreach ((int node, ViewEntry entry) in View(op.GetProperty("view")).Entries())
                        {
                            pending.Set(node, entry);
                        }

                        break;
                    case "flushPending":
                        view.Merge(pending);
                        pending = new();
                        break;
                    case "query":
                        int? round = op.GetProperty("round").ValueKind == JsonValueKind.Null ? null : op.GetProperty("round").GetInt32();
                        int[] known = [.. view.Entries().Select(e => e.Node)];
                        Assert.That(
                            known.Where(node => view.IsActive(node, round, threshold, me)),
                            Is.EquivalentTo(op.GetProperty("active").Ints())
                        );
                        Assert.That(known, Is.EquivalentTo(op.GetProperty("all").Ints()));
                        Assert.That(view.HighestRound, Is.EqualTo(op.GetProperty("highestRound").GetInt32()));
                        continue;
                    default:
                        Assert.Fail($"unknown operation {op}");
                        break;
                }

                Assert.That(view.Entries(), Is.EquivalentTo(View(op.GetProperty("state")).Entries()), op.ToString()[..60]);
            }
        }
    }

    internal static PopulationView View(JsonElement entries)
    {
        PopulationView view = new();
        foreach (JsonProperty entry in entries.EnumerateObject())
        {
            view.Set(
                int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture),
                new(
                    entry.Value[0].GetInt32(),
                    entry.Value[1].GetInt32(),
                    entry.Value[2].GetString() == "JOIN" ? MembershipChange.Join : MembershipChange.Leave
                )
            );
        }

        return view;
    }

    /// <summary>Own case: three merges worked out by hand from the rules.</summary>
    [TestCase(3, 1, MembershipChange.Join, 7, 0, MembershipChange.Leave, 7, 1, MembershipChange.Join)]
    [TestCase(3, 1, MembershipChange.Join, 2, 2, MembershipChange.Leave, 3, 2, MembershipChange.Leave)]
    [TestCase(3, 1, MembershipChange.Join, 9, 1, MembershipChange.Leave, 9, 1, MembershipChange.Join)]
    public void A_merge_takes_the_later_round_and_the_later_announcement(
        int r1,
        int c1,
        MembershipChange s1,
        int r2,
        int c2,
        MembershipChange s2,
        int r,
        int c,
        MembershipChange s
    )
    {
        PopulationView mine = new();
        mine.Set(5, new(r1, c1, s1));
        PopulationView theirs = new();
        theirs.Set(5, new(r2, c2, s2));
        mine.Merge(theirs);
        Assert.That(mine[5], Is.EqualTo(new ViewEntry(r, c, s)));
    }

    /// <summary>The tree behaves as a dictionary, also with snapshots taken in between, which keep what they were.</summary>
    [Test]
    public void The_tree_is_a_dictionary()
    {
        Gen<(int Kind, int Node, ViewEntry Entry)> op = Gen.Select(Gen.Int[0, 4], Gen.OneOf(Gen.Int[0, 200], Gen.Int[0, 300_000]), Entries);
        op.Array[1, 80]
            .Sample(
                ops =>
                {
                    PopulationView view = new();
                    Dictionary<int, ViewEntry> plain = [];
                    List<(PopulationView View, Dictionary<int, ViewEntry> Plain)> snapshots = [];
                    foreach ((int kind, int node, ViewEntry entry) in ops)
                    {
                        switch (kind)
                        {
                            case 0:
                                view.Set(node, entry);
                                plain[node] = entry;
                                break;
                            case 1:
                                view.Activity(node, entry.Round);
                                plain[node] = plain.TryGetValue(node, out ViewEntry old)
                                    ? old with
                                    {
                                        Round = Math.Max(old.Round, entry.Round),
                                    }
                                    : new(entry.Round, 0, MembershipChange.Join);
                                break;
                            case 2:
                                view.Remove(node);
                                plain.Remove(node);
                                break;
                            case 3:
                                snapshots.Add((view.Snapshot(), new(plain)));
                                break;
                            default:
                                if (snapshots.Count > 0)
                                {
                                    (PopulationView other, Dictionary<int, ViewEntry> theirs) = snapshots[node % snapshots.Count];
                                    view.Merge(other);
                                    Merge(plain, theirs);
                                }

                                break;
                        }
                    }

                    return Same(view, plain) && snapshots.All(s => Same(s.View, s.Plain));
                },
                iter: 300
            );
    }

    [Test]
    public void Merging_is_idempotent_monotone_and_where_counters_decide_commutative_and_associative()
    {
        // Equal counters carry equal states, as the protocol guarantees: the state is a function of node and counter.
        Gen<Dictionary<int, ViewEntry>> views = Gen.Dictionary(
            Gen.Int[0, 150],
            Gen.Select(Gen.Int[-1, 50], Gen.Int[0, 5]).Select((r, c) => new ViewEntry(r, c, (MembershipChange)(c % 2)))
        )[0, 60];
        Gen.Select(views, views, views)
            .Sample(
                (a, b, c) =>
                {
                    PopulationView left = Of(a);
                    left.Merge(Of(b));
                    PopulationView once = left.Snapshot();
                    left.Merge(Of(b));
                    PopulationView other = Of(b);
                    other.Merge(Of(a));
                    PopulationView leftFirst = once.Snapshot();
                    leftFirst.Merge(Of(c));
                    PopulationView rightFirst = Of(b);
                    rightFirst.Merge(Of(c));
                    PopulationView all = Of(a);
                    all.Merge(rightFirst);
                    return once.Entries().SequenceEqual(left.Entries())
                        && once.Entries().SequenceEqual(other.Entries())
                        && leftFirst.Entries().SequenceEqual(all.Entries())
                        && a.All(e => once[e.Key]!.Value.Round >= e.Value.Round && once[e.Key]!.Value.Counter >= e.Value.Counter);
                },
                iter: 300
            );
    }

    [Test]
    public void Changes_are_what_differs()
    {
        Gen.Select(Gen.Dictionary(Gen.Int[0, 5000], Entries)[0, 50], Gen.Dictionary(Gen.Int[0, 5000], Entries)[0, 20])
            .Sample(
                (first, then) =>
                {
                    PopulationView view = Of(first);
                    PopulationView before = view.Snapshot();
                    foreach ((int node, ViewEntry entry) in then)
                    {
                        view.Set(node, entry);
                    }

                    return view.ChangesSince(before)
                        .SequenceEqual(
                            then.Where(e => !first.TryGetValue(e.Key, out ViewEntry old) || old != e.Value)
                                .OrderBy(e => e.Key)
                                .Select(e => (e.Key, e.Value))
                        );
                },
                iter: 200
            );
    }

    private static PopulationView Of(Dictionary<int, ViewEntry> entries)
    {
        PopulationView view = new();
        foreach ((int node, ViewEntry entry) in entries)
        {
            view.Set(node, entry);
        }

        return view;
    }

    private static void Merge(Dictionary<int, ViewEntry> mine, Dictionary<int, ViewEntry> theirs)
    {
        foreach ((int node, ViewEntry entry) in theirs)
        {
            if (!mine.TryGetValue(node, out ViewEntry own))
            {
                mine[node] = entry;
                continue;
            }

            ViewEntry later = entry.Counter > own.Counter ? entry : own;
            mine[node] = later with { Round = Math.Max(own.Round, entry.Round) };
        }
    }

    private static bool Same(PopulationView view, Dictionary<int, ViewEntry> plain) =>
        view.Entries().SequenceEqual(plain.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)))
        && view.HighestRound == plain.Values.Select(e => e.Round).DefaultIfEmpty(-1).Max();
}
