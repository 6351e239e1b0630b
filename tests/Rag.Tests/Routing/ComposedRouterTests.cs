namespace ResearchKit.Rag.Tests.Routing;

/// <summary>Routers that stand before another one: a cache of decisions, and costs.</summary>
public class ComposedRouterTests
{
    private static QueryEmbeddings Query(float x) => new("e", new float[] { x, 0 });

    private static FlatProximityCache<RoutingDecision> Cache() => new(new() { Dimension = 2, Tolerance = 0.5f });

    [Test]
    public async Task A_near_query_goes_where_the_cached_one_went()
    {
        Fixed inner = new(("a", 0.9), ("b", 0.2));
        CachedRouter router = new(inner, Cache(), "e");
        RoutingDecision first = await router.RouteAsync(Query(1));
        Assert.That(await router.RouteAsync(Query(1.4f)), Is.SameAs(first));
        await router.RouteAsync(Query(3));
        Assert.That(inner.Calls, Is.EqualTo(2));
        Assert.That(router.Statistics, Is.EqualTo(new CacheStatistics(1, 2, 2, 0, 0)));
        Assert.That(router.Name, Is.EqualTo("fixed, cached"));
    }

    [Test]
    public async Task What_the_router_throws_is_not_cached()
    {
        Fixed inner = new(("a", 0.9)) { Fails = true };
        CachedRouter router = new(inner, Cache(), "e");
        Assert.That(async () => await router.RouteAsync(Query(1)), Throws.InstanceOf<IOException>());
        inner.Fails = false;
        Assert.That((await router.RouteAsync(Query(1))).Chosen, Is.EqualTo(new[] { "a" }));
        Assert.That(async () => await router.RouteAsync(new QueryEmbeddings("other", new float[2])), Throws.ArgumentException);
    }

    // Probability x value against cost, then value per cost into the budget.
    [TestCase(10, double.PositiveInfinity, "cheap,likely,free")]
    [TestCase(100, double.PositiveInfinity, "cheap,likely,dear,free,small")]
    [TestCase(double.PositiveInfinity, 9, "cheap,likely,free")]
    [TestCase(double.PositiveInfinity, 4, "cheap,free,small", Description = "behind what no longer fits a smaller one may")]
    [TestCase(10, 0, "free")]
    public async Task Sources_are_asked_while_they_are_worth_it_and_fit(double value, double budget, string expected)
    {
        Fixed inner = new(("cheap", 0.3), ("likely", 0.95), ("dear", 0.9), ("never", 0), ("free", 0.1), ("small", 0.05));
        Dictionary<string, double> costs = new()
        {
            ["cheap"] = 1,
            ["likely"] = 7,
            ["dear"] = 30,
            ["never"] = 0,
            ["free"] = 0,
            ["small"] = 2,
        };
        RoutingDecision decision = await new CostAwareRouter(inner, costs, value, budget).RouteAsync(Query(1));
        Assert.That(decision.Chosen, Is.EqualTo(expected.Split(',')));
        Assert.That(decision.Scores.Select(s => s.Probability), Is.EqualTo(new[] { 0.3, 0.95, 0.9, 0, 0.1, 0.05 }));
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Fixed inner = new(("a", 0.9));
        Dictionary<string, double> costs = new() { ["a"] = 1 };
        Assert.That(() => new CostAwareRouter(inner, costs), Throws.ArgumentException.With.Message.Contains("set one of them"));
        Assert.That(() => new CostAwareRouter(inner, costs, value: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CostAwareRouter(inner, costs, budget: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        costs["a"] = -1;
        Assert.That(() => new CostAwareRouter(inner, costs, value: 1), Throws.ArgumentException.With.Message.Contains("source a is -1"));
        costs.Remove("a");
        Assert.That(
            async () => await new CostAwareRouter(inner, costs, value: 1).RouteAsync(Query(1)),
            Throws.ArgumentException.With.Message.Contains("source a has no cost")
        );
    }

    private sealed class Fixed(params (string Source, double Probability)[] scores) : ISourceRouter
    {
        public string Name => "fixed";

        public int Calls { get; private set; }

        public bool Fails { get; set; }

        public ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Fails
                ? throw new IOException("no router")
                : ValueTask.FromResult(
                    new RoutingDecision([.. scores.Select(s => new SourceScore(s.Source, s.Probability, s.Probability > 0.5))])
                );
        }
    }
}
