using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests.Fingerprinting;

public class GraphFingerprintTests
{
    private static readonly Graph Host = RandomGraphs.BarabasiAlbert(1000, 6, TestGraphs.Stream("fingerprint"));
    private static readonly string[] Users = [.. Enumerable.Range(0, 40).Select(i => $"user {i}")];

    [TestCase(CollusionRule.Random)]
    [TestCase(CollusionRule.Majority)]
    [TestCase(CollusionRule.Union)]
    [TestCase(CollusionRule.Intersection)]
    public void A_colluder_of_three_is_named_and_no_innocent(CollusionRule rule)
    {
        GraphFingerprint fingerprint = new(Key(3, 1300));
        IReadOnlyList<EmbedResult> copies = fingerprint.Embed(Host, Users[..3]);
        Graph mixed = new Collusion(rule).Mix([.. copies.Select(c => c.Graph)], TestGraphs.Stream("mix", $"{rule}")).Graph;
        FingerprintIdentification found = fingerprint.Identify(mixed, Host, Users);
        string[] accused = [.. found.Accused.Select(u => u.User)];
        Assert.That(accused, Is.Not.Empty.And.SubsetOf(Users[..3]));
        Assert.That(found.Users[0].Score, Is.GreaterThan(found.Threshold));
        Assert.That(found.Positions, Is.EqualTo(1300));
        Assert.That(found.Users, Is.Ordered.Descending.By(nameof(UserScore.Score)));
    }

    [Test]
    public void A_copy_flips_the_ones_of_its_users_word_and_the_original_names_nobody()
    {
        FfgKey key = Key(2, 500);
        GraphFingerprint fingerprint = new(key);
        EdgeEdit[] all = [.. new FfgWatermark(new FfgOptions()).Embed(Host, key).Edits];
        EmbedResult one = fingerprint.Embed(Host, ["a"])[0];
        Assert.That(one.Edits, Is.SubsetOf(all));
        Assert.That(one.Edits.Count, Is.InRange(100, 400));
        FingerprintIdentification own = fingerprint.Identify(one.Graph, Host, ["a", "b"]);
        Assert.That((own.Flipped, own.Accused.Single().User), Is.EqualTo((one.Edits.Count, "a")));
        Assert.That(fingerprint.Identify(Host, Host, Users).Accused, Is.Empty);
    }

    [Test]
    public void Renumbering_lost_ids_and_lost_nodes_do_not_hide_a_user()
    {
        Graph named = Host.WithIds(NodeIds.Of(Enumerable.Range(0, 1000).Select(i => $"n{(i * 17) % 1000:000}")));
        FfgKey key = new FfgWatermark(new FfgOptions { Colluders = 2, Budget = 600 }).GenerateKey(named, TestGraphs.Secret("ids"));
        GraphFingerprint fingerprint = new(key);
        Graph copy = fingerprint.Embed(named, ["x"])[0].Graph;
        Graph renumbered = copy.Relabel(TestGraphs.Stream("renumber").Permutation(1000));
        FingerprintIdentification plain = fingerprint.Identify(copy, named, ["x", "y"]);
        FingerprintIdentification moved = fingerprint.Identify(renumbered, named, ["x", "y"]);
        Assert.That(moved.Users, Is.EqualTo(plain.Users));
        Graph fewer = new NodeDeletion(0.3).Apply(copy, TestGraphs.Stream("delete")).Graph;
        FingerprintIdentification half = fingerprint.Identify(fewer, named, ["x", "y"]);
        Assert.That(half.Positions, Is.InRange(150, 450), "about half of the pairs keep both ends");
        Assert.That(half.Accused.Single().User, Is.EqualTo("x"));
        Graph shuffled = new Relabelling().Apply(copy, TestGraphs.Stream("shuffle")).Graph;
        FingerprintIdentification registered = fingerprint.Identify(shuffled, named, ["x", "y"], registration: new NodeRegistration());
        Assert.That(registered.Accused.Single().User, Is.EqualTo("x"));
        Assert.That(registered.Registration!.Matched, Is.GreaterThan(500));
    }

    [Test]
    public void The_default_length_is_that_of_the_code()
    {
        FfgKey key = new FfgWatermark(new FfgOptions { Colluders = 3 }).GenerateKey(Host, TestGraphs.Secret("length"));
        Assert.That(key.Scheme.Budget, Is.EqualTo(TardosCode.Length(3, 1e-6)));
        Assert.That(FfgKey.FromJson(key.ToJson()), Is.EqualTo(key));
    }

    [Test]
    public void Keys_for_other_uses_and_doubtful_users_are_refused()
    {
        FfgKey plain = new FfgWatermark(new FfgOptions { Budget = 50 }).GenerateKey(Host, TestGraphs.Secret("plain"));
        Assert.That(() => new GraphFingerprint(plain), Throws.ArgumentException.With.Message.Contains("Colluders"));
        GraphFingerprint fingerprint = new(Key(2, 100));
        Assert.That(() => fingerprint.Embed(Host, ["a", "a"]), Throws.ArgumentException.With.Message.Contains("'a' is given twice"));
        Assert.That(() => fingerprint.Embed(Host, [""]), Throws.ArgumentException);
        Assert.That(() => fingerprint.Identify(Host, Host, ["a"], falseAccusation: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new FfgOptions { Colluders = 0 },
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 1000")
        );
        Assert.That(
            () => new FfgWatermark(new FfgOptions { Mode = FfgMode.PaperThreshold, Colluders = 2 }),
            Throws.ArgumentException.With.Message.Contains("Colluders")
        );
    }

    private static FfgKey Key(int colluders, int positions) =>
        new FfgWatermark(new FfgOptions { Colluders = colluders, Budget = positions }).GenerateKey(Host, TestGraphs.Secret("fingerprint"));
}
