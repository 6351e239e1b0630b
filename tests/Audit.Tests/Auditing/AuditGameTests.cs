using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Auditing;

public class AuditGameTests
{
    private static readonly ScoredPool Pool = ScoredFaces.Draw(
        3000,
        new ScoredFacesOptions
        {
            Error = 0.1,
            Rate0 = 0.5,
            Rate1 = 0.3,
        },
        RandomStream.Named("pool")
    );

    [Test]
    public void A_record_holds_what_the_answers_say()
    {
        AuditGame game = AuditGame.Draw(Pool, 500, RandomStream.Named("set"));
        AuditRecord record = game.Play(new ConstantAnswer(true), RandomStream.Named("play"));
        byte[] labels = game.Audit.Labels.ToArray();
        byte[] group = game.Audit.Group.ToArray();
        byte[] honest = HonestAnswers.Of(game.Audit.Scores.Span);
        Assert.That(record.Error, Is.EqualTo(labels.Count(y => y == 0) / 500.0).Within(1e-12));
        Assert.That(record.HonestError, Is.EqualTo(labels.Zip(honest).Count(p => p.First != p.Second) / 500.0).Within(1e-12));
        Assert.That(record.DemographicParity, Is.Zero);
        Assert.That(record.HonestDemographicParity, Is.EqualTo(TwoGroupFairness.SignedDemographicParity(honest, group)).Within(1e-12));
        Assert.That(record.Hidden, Is.EqualTo(Math.Abs(record.HonestDemographicParity)).Within(1e-12));
        Assert.That(record.Hamming, Is.EqualTo(honest.Count(m => m == 0) / 500.0).Within(1e-12));
        double accuracy1 = labels.Where((_, i) => group[i] == 1).Average(y => (double)y);
        Assert.That(record.Accuracy1, Is.EqualTo(accuracy1).Within(1e-12));
        Assert.That(record.PerformanceParity, Is.Zero, "all rates are 1 in both groups");
        AuditRecord same = game.Record(new Honest(), honest);
        Assert.That((same.Hamming, same.Error), Is.EqualTo((0.0, record.HonestError)));
    }

    [Test]
    public void The_whole_pool_is_taken_in_its_order_and_a_budget_is_drawn_without_repeating()
    {
        Assert.That(AuditGame.Draw(Pool, Pool.Count, RandomStream.Named("x")).Audit, Is.SameAs(Pool));
        double[] drawn = AuditGame.Draw(Pool, 1000, RandomStream.Named("x")).Audit.Scores.ToArray();
        Assert.That(drawn.Distinct().Count(), Is.EqualTo(1000));
    }

    [Test]
    public void A_detector_marks_with_its_rates_and_a_perfect_one_draws_nothing()
    {
        bool[] truth = [.. Enumerable.Repeat(true, 1000), .. Enumerable.Repeat(false, 20_000)];
        RandomStream random = RandomStream.Named("detector");
        bool[] marked = new QueryDetector(0.9, 0.97).Mark(truth, random);
        Statistically.HasProbability(0.9, marked[..1000].Count(m => m), 1000);
        Statistically.HasProbability(0.03, marked[1000..].Count(m => m), 20_000);
        Assert.That(marked[..1000].Count(m => m) / 1000.0, Is.EqualTo(0.9).Within(0.02 + 1e-9).Or.EqualTo(0.9).Within(0.03));
        RandomStream untouched = RandomStream.Named("untouched");
        Assert.That(new QueryDetector().Mark(truth, untouched), Is.EqualTo(truth));
        Assert.That(untouched.Position, Is.Zero);
    }

    [Test]
    public void A_detector_that_errs_manipulates_users_and_leaves_part_of_the_audit_honest()
    {
        ScoredPool users = ScoredFaces.Draw(
            2000,
            new ScoredFacesOptions
            {
                Error = 0.1,
                Rate0 = 0.5,
                Rate1 = 0.3,
            },
            RandomStream.Named("users")
        );
        AuditGame game = AuditGame.Draw(Pool, 500, RandomStream.Named("set"), users);
        AuditRecord perfect = game.Play(new ConstantAnswer(true), RandomStream.Named("play"));
        AuditRecord blind = game.Play(new ConstantAnswer(true), RandomStream.Named("play"), new QueryDetector(0, 1));
        AuditRecord half = game.Play(new ConstantAnswer(true), RandomStream.Named("play"), new QueryDetector(0.5, 0.9));
        Assert.That((perfect.UsersChanged, blind.Hamming), Is.EqualTo((0.0, 0.0)));
        Assert.That(half.Hamming, Is.InRange(0.35 * perfect.Hamming, 0.65 * perfect.Hamming));
        Assert.That(
            half.UsersChanged,
            Is.InRange(0.03, 0.09),
            "a tenth of the users is marked, and somewhat more than half of these had a 0"
        );
    }

    [Test]
    public void A_public_prior_lets_the_attack_pass_and_a_private_one_does_not_know_it()
    {
        AuditGame game = AuditGame.Draw(Pool, 500, RandomStream.Named("set"));
        DatasetPrior prior = new(0.2, 0.01);
        AuditRecord attack = game.Play(new PublicPriorAttack(prior.Tau, prior.Epsilon), RandomStream.Named("play"), publicPrior: true);
        Assert.That(prior.Judge(attack.Error, attack.DemographicParity), Is.EqualTo(AuditVerdict.Fair));
        AuditRecord blind = game.Play(new PublicPriorAttack(prior.Tau, prior.Epsilon), RandomStream.Named("play"));
        Assert.That((blind.Degenerate, blind.Hamming), Is.EqualTo((true, 0.0)));
        AuditRecord most = game.Play(new Omniscient(0.2), RandomStream.Named("play"), publicPrior: true);
        Assert.That(most.Error, Is.LessThan(0.2));
        Assert.That(most.Hidden, Is.GreaterThan(attack.Hidden));
    }

    [Test]
    public void An_error_of_exactly_tau_is_not_believed()
    {
        DatasetPrior prior = new(0.15, 0.05);
        Assert.That(prior.Judge(0.15, 0), Is.EqualTo(AuditVerdict.Manipulated));
        Assert.That(prior.Judge(0.1499, -0.05), Is.EqualTo(AuditVerdict.Fair));
        Assert.That(prior.Judge(0.1499, -0.0501), Is.EqualTo(AuditVerdict.Unfair));
    }

    [Test]
    public void Concealable_unfairness_is_the_mean_of_the_largest_that_passes_and_null_where_none_does()
    {
        AuditRecord[][] sets =
        [
            [Record(0.10, 0.05), Record(0.14, 0.08), Record(0.16, 0.30)],
            [Record(0.10, 0.02), Record(0.15, 0.50)],
            [Record(0.20, 0.40)],
        ];
        Concealable found = Concealable.Of(sets, 0.15);
        Assert.That(found.Value, Is.EqualTo(0.05).Within(1e-12), "of 0.08 and 0.02");
        double deviation = Math.Sqrt(2 * 0.03 * 0.03);
        Assert.That(found.StandardError, Is.EqualTo(deviation / Math.Sqrt(3)).Within(1e-12), "over all sets, as published");
        Assert.That((found.SeedsPassing, found.Seeds), Is.EqualTo((2, 3)));
        Assert.That(found.HonestPassRate, Is.EqualTo(1), "honest error 0.1");
        Concealable none = Concealable.Of(sets, 0.05);
        Assert.That(
            (none.Value, none.StandardError, none.SeedsPassing, none.HonestPassRate),
            Is.EqualTo(((double?)null, (double?)null, 0, 0.0))
        );
        double last = 0;
        foreach (double tau in Enumerable.Range(11, 20).Select(k => k / 100.0))
        {
            double value = Concealable.OfOneSet(sets[0], tau) ?? 0;
            Assert.That(value, Is.GreaterThanOrEqualTo(last), "never less with a larger tau");
            last = value;
        }

        static AuditRecord Record(double error, double hidden) =>
            new("s", null, 100, false, error, 0.1, 0.9, 0.9, hidden, 0, 0, 0, 0, 0, 0);
    }

    [Test]
    public void Equal_streams_give_equal_records_whatever_the_threads()
    {
        string[] alone = [.. Enumerable.Range(0, 8).Select(Play)];
        string[] together = new string[8];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => together[i] = Play(i));
        Assert.That(together, Is.EqualTo(alone));

        static string Play(int seed)
        {
            RandomStream streams = RandomStream.Named("same", seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
            AuditGame game = AuditGame.Draw(Pool, 400, streams.Split("set"));
            return string.Join(
                '\n',
                ManipulationFamilies.All.SelectMany(f => f.Grid).Select(s => JsonSerializer.Serialize(game.Play(s, streams.Split(s.Name))))
            );
        }
    }

    [Test]
    public void A_plan_finds_the_fewest_queries_and_says_what_stays_hidden()
    {
        AuditPlanner planner = new() { HonestError = 0.15, SmallerShare = 0.3 };
        Assert.That(new[] { 100, 1000, 5000 }.Select(n => planner.RejectFrom(n)), Is.EqualTo(new long[] { 22, 170, 793 }));
        long n = planner.QueriesFor(0.1, 0.9)!.Value;
        Assert.That(planner.Power(n, planner.ErrorWhenHiding(0.1)), Is.GreaterThanOrEqualTo(0.9));
        Assert.That(planner.Concealable(n, 0.9), Is.LessThanOrEqualTo(0.1 + 1e-9));
        Assert.That(planner.Concealable(n / 2, 0.9), Is.GreaterThan(0.1));
        Assert.That(planner.Concealable(10, 0.99), Is.EqualTo(1), "ten queries show nothing");
        Assert.That((planner with { FlipCost = 0.1 }).QueriesFor(0.1, 0.9), Is.GreaterThan(n), "flips that cost less are harder to see");
        Assert.That((planner with { FlipCost = 1e-9 }).QueriesFor(0.001, 0.9), Is.Null);
    }
}
