namespace ResearchKit.Rag.Tests.Caching;

/// <summary>A tolerance that is found while the cache works, and what it promises.</summary>
public class AuditedToleranceTests
{
    // Documents on a line, one a unit: at distance d a cached answer of ten documents holds about 1 - d/10 of the right ones.
    private static IndexRetriever Line()
    {
        FlatIndex index = new(2);
        for (int i = 0; i < 200; i++)
        {
            index.Add($"d{i}", new float[] { i, 0 });
        }
        return new IndexRetriever(index);
    }

    [Test]
    public async Task It_rises_from_zero_to_where_the_promise_ends_and_the_promise_holds()
    {
        AuditedTolerance audit = new(
            new()
            {
                MaxTolerance = 8,
                Target = 0.8,
                Share = 0.1,
            }
        );
        Assert.That(audit.Tolerance, Is.Zero);
        using CachedRetriever cached = new(
            Line(),
            new FlatProximityCache<CachedAnswer>(
                new()
                {
                    Dimension = 2,
                    Tolerance = 8,
                    Capacity = 12,
                }
            ),
            new() { Audit = audit }
        );
        RandomStream random = RandomStream.Named("audited");
        IndexRetriever exact = Line();
        (int given, double overlap) = (0, 0);
        for (int i = 0; i < 12_000; i++)
        {
            float[] query = [20 + (160 * random.NextSingle()), 0];
            RetrievalResult result = await cached.SearchAsync(query, 10);
            if (result.Cache is not null)
            {
                given++;
                overlap += result.Ids.Intersect((await exact.SearchAsync(query, 10)).Ids).Count() / 10.0;
            }
        }
        // Uniform distances up to t give 1 - t/20 in the mean: 4 is the largest honest answer.
        Assert.That(audit.Tolerance, Is.InRange(2, 4));
        Assert.That(given, Is.GreaterThan(1_000));
        Assert.That(overlap / given, Is.GreaterThanOrEqualTo(0.8));
        Assert.That(audit.LowerBound, Is.InRange(0.8, overlap / given));
        Assert.That(cached.Statistics.Hits, Is.EqualTo(given));
        Assert.That(cached.Statistics.Hits + cached.Statistics.Misses, Is.EqualTo(12_000));
    }

    [Test]
    public void Wrong_answers_keep_it_at_zero_and_better_ones_raise_it_again()
    {
        AuditedTolerance audit = new(new() { MaxTolerance = 1 });
        RandomStream random = RandomStream.Named("wrong");
        Feed(audit, random, 500, _ => 0.2);
        Assert.That((audit.Tolerance, audit.LowerBound), Is.EqualTo((0f, 1.0)));
        Feed(audit, random, 60_000, _ => 1);
        Assert.That(audit.Tolerance, Is.EqualTo(1f), "what was learnt beyond the tolerance is not lost");
    }

    [Test]
    public void Near_answers_are_given_where_only_far_ones_are_wrong()
    {
        AuditedTolerance audit = new(new() { MaxTolerance = 1, Ranges = 4 });
        Feed(audit, RandomStream.Named("near"), 20_000, distance => distance <= 0.5f ? 1 : 0);
        Assert.That(audit.Tolerance, Is.EqualTo(0.5f));
        Assert.That(audit.Ranges.Select(range => range.MeanOverlap), Is.EqualTo(new double?[] { 1, 1, 0, 0 }));
        Assert.That(audit.Ranges[0].Audits, Is.LessThan(audit.Ranges[0].Lookups / 4), "of hits only a share is searched");
        Assert.That(audit.Ranges[3].Audits, Is.EqualTo(audit.Ranges[3].Lookups), "what is searched anyway is compared for nothing");
    }

    // Looked at after every audit, in 300 histories: no more of them may ever be wrong than one minus the confidence.
    [Test]
    public void Its_bounds_hold_at_all_times()
    {
        (int wrong, double slack) = (0, 0);
        for (int history = 0; history < 300; history++)
        {
            AuditedTolerance audit = new(
                new()
                {
                    MaxTolerance = 1,
                    Ranges = 1,
                    Confidence = 0.9,
                }
            );
            RandomStream random = RandomStream.Named("bounds", $"{history}");
            bool ever = false;
            for (int i = 0; i < 400; i++)
            {
                audit.Record(0.5f, random.NextDouble() < 0.7 ? 1 : 0);
                ever |= audit.Ranges[0].LowerBound > 0.7;
            }
            wrong += ever ? 1 : 0;
            slack = Math.Max(slack, 0.7 - audit.Ranges[0].LowerBound);
        }
        Assert.That(wrong, Is.LessThanOrEqualTo(30));
        Assert.That(slack, Is.LessThan(0.2), "and they are no empty words");
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Assert.That(() => new AuditedToleranceOptions { MaxTolerance = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new AuditedToleranceOptions { MaxTolerance = 1, Target = 1.1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new AuditedToleranceOptions { MaxTolerance = 1, Share = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new AuditedToleranceOptions { MaxTolerance = 1, Confidence = 1 },
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
        Assert.That(() => new AuditedToleranceOptions { MaxTolerance = 1, Ranges = 65 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () =>
                new CachedRetriever(
                    Line(),
                    new FlatProximityCache<CachedAnswer>(new() { Dimension = 2, Tolerance = 2 }),
                    new() { Audit = new AuditedTolerance(new() { MaxTolerance = 3 }) }
                ),
            Throws.ArgumentException.With.Message.Contains("2").And.Message.Contains("3")
        );
    }

    private static void Feed(AuditedTolerance audit, RandomStream random, int queries, Func<float, double> overlap)
    {
        for (int i = 0; i < queries; i++)
        {
            float distance = random.NextSingle();
            if (!audit.Meet(distance))
            {
                audit.Record(distance, overlap(distance));
            }
        }
    }
}
