using CsCheck;

namespace ResearchKit.Watermark.Tests.Spectral;

public class FfgKeyTests
{
    private static readonly GraphInfo Info = new(1000, 5000, new string('a', 64));

    [Test]
    public void A_key_comes_back_exactly()
    {
        Gen<FfgOptions> options = Gen.Select(
                Gen.Int[1, 2000],
                Gen.Int[1, 100],
                Gen.Double[1e-6, 0.01],
                Gen.Int[0, 5],
                Gen.Enum<FlipSelection>()
            )
            .Select(
                (length, budget, rate, kind, selection) =>
                    kind switch
                    {
                        0 => new FfgOptions
                        {
                            Length = length,
                            Budget = budget,
                            Selection = selection,
                        },
                        1 => new FfgOptions
                        {
                            Length = length,
                            FlipRate = rate,
                            Candidates = CandidateRule.Dense,
                        },
                        2 => new FfgOptions
                        {
                            Length = length,
                            Mode = FfgMode.PaperThreshold,
                            FlipRate = rate,
                        },
                        3 => new FfgOptions
                        {
                            Length = length,
                            Mode = FfgMode.PaperThreshold,
                            Sigma = 1 / rate,
                            TransformSize = 1024,
                        },
                        4 => new FfgOptions
                        {
                            Length = length,
                            Mode = FfgMode.PaperThreshold,
                            Insertion = Insertion.Multiplicative,
                            Alpha = rate,
                        },
                        _ => new FfgOptions
                        {
                            Length = length,
                            Binarisation = Binarisation.Stochastic,
                            Budget = budget,
                        },
                    }
            );
        Gen.Select(options, Gen.Byte.Array[32])
            .Sample(
                (o, secret) =>
                {
                    FfgKey key = new FfgWatermark(o).GenerateKey(Info, secret);
                    FfgKey back = FfgKey.FromJson(key.ToJson());
                    return back.Equals(key)
                        && back.ToJson() == key.ToJson()
                        && back.Secret.SequenceEqual(secret)
                        && back.GetHashCode() == key.GetHashCode();
                },
                iter: 300
            );
    }

    [Test]
    public void A_key_describes_itself()
    {
        string json = new FfgWatermark(new FfgOptions()).GenerateKey(Info, new byte[32]).ToJson();
        foreach (
            string part in new[]
            {
                "\"kind\": \"ffg\"",
                "\"version\": 1",
                "\"secret\": \"AAAA",
                "\"nodes\": 1000",
                "\"edges\": 5000",
                "\"sha256\": \"aaaa",
                "\"length\": 512",
                "\"budget\": 50",
                "\"carriers\": \"random\"",
                "\"binarisation\": \"budget\"",
                "\"sampledNonEdges\": 200000",
                "\"transformSize\": 1000",
                "\"phases\": true",
            }
        )
        {
            Assert.That(json, Does.Contain(part));
        }
        Assert.That(
            new FfgWatermark(new FfgOptions()).GenerateKey(Info, new byte[32]).ToString(),
            Does.Not.Contain("AAAA"),
            "the secret is never printed"
        );
    }

    [Test]
    public void The_same_secret_gives_the_same_key_and_another_another()
    {
        FfgWatermark ffg = new(new FfgOptions());
        FfgKey key = ffg.GenerateKey(Info, TestGraphs.Secret("a"));
        Assert.That(ffg.GenerateKey(Info, TestGraphs.Secret("a")), Is.EqualTo(key));
        Assert.That(ffg.GenerateKey(Info, TestGraphs.Secret("b")), Is.Not.EqualTo(key));
    }

    [TestCase("", "line 1")]
    [TestCase("{", "key.json")]
    [TestCase("[]", "kind and version")]
    [TestCase("""{"kind":"ffg"}""", "kind and version")]
    [TestCase("""{"kind":"ffg","version":1}""", "secret of 32 bytes")]
    [TestCase("""{"kind":"ffg","version":1,"secret":"AAAA","graph":{"nodes":10,"edges":5},"scheme":{}}""", "secret of 32 bytes")]
    [TestCase(
        """{"kind":"ffg","version":1,"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","graph":{"nodes":10,"edges":5},"scheme":{"length":512}}""",
        "orbits"
    )]
    [TestCase(
        """{"kind":"ffg","version":1,"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","graph":{"nodes":10,"edges":5},"scheme":{"length":0}}""",
        "at least 1"
    )]
    [TestCase(
        """{"kind":"ffg","version":1,"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","graph":{"nodes":10,"edges":5},"scheme":{"lenght":5}}""",
        "lenght"
    )]
    [TestCase("""{"kind":"ffg","version":1,"secret":"!","graph":{"nodes":10,"edges":5},"scheme":{}}""", "key.json")]
    public void Text_that_is_no_key_is_refused_with_the_place(string json, string expected) =>
        Assert.That(
            () => FfgKey.FromJson(json, "key.json"),
            Throws.TypeOf<MalformedFileException>().With.Message.Contains(expected).And.Message.Contains("key.json")
        );

    [Test]
    public void A_key_of_another_kind_or_version_is_refused_with_both_values()
    {
        KeyMismatchException kind = Assert.Throws<KeyMismatchException>(() => FfgKey.FromJson("""{"kind":"zhao","version":1}"""))!;
        Assert.That((kind.OfKey, kind.Found, kind.Code), Is.EqualTo(("zhao", "ffg", "RK6502")));
        KeyMismatchException version = Assert.Throws<KeyMismatchException>(() => FfgKey.FromJson("""{"kind":"ffg","version":2}"""))!;
        Assert.That((version.OfKey, version.Found), Is.EqualTo(("2", "1")));
        Assert.That(version.Message, Does.Contain("2").And.Contain("1"));
    }
}
