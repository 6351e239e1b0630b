using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;

namespace ResearchKit.Federated.Tests.Decentralized.Sampling;

/// <summary>Sample orders: the published ones, the fast way against the plain one, and who is chosen how often.</summary>
public class SampleOrderTests
{
    [Test]
    public void The_published_orders()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "sample_order.json");
        foreach (JsonElement entry in golden.RootElement.EnumerateArray())
        {
            int n = entry.GetProperty("n").GetInt32();
            int round = entry.GetProperty("round").GetInt32();
            Roster roster =
                entry.GetProperty("kind").GetString() == "decimal" ? Roster.OfNumbers(n)
                : entry.GetProperty("idsHex").ValueKind == JsonValueKind.Array
                    ? Roster.Of(entry.GetProperty("idsHex").EnumerateArray().Select(id => NodeId.FromHex(id.GetString()!)))
                : Roster.OfKeys(n);
            NodeId[] ids = [.. Enumerable.Range(0, n).Select(i => roster[i])];
            IReadOnlyList<NodeId> order = SampleOrder.Order(round, ids);
            string[] first = [.. entry.GetProperty("orderedFirst").EnumerateArray().Select(id => id.GetString()!)];
            Assert.That(order.Take(first.Length).Select(id => Convert.ToHexStringLower(id.Bytes)), Is.EqualTo(first));
            Assert.That(
                SampleOrder.Digest(order[0].Bytes, round, SampleHash.Md5).ToString("x32", CultureInfo.InvariantCulture),
                Is.EqualTo(entry.GetProperty("firstDigestHex").GetString())
            );
            byte[] all = [.. order.SelectMany(id => id.Bytes.ToArray())];
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(all)), Is.EqualTo(entry.GetProperty("orderSha256").GetString()));
            Assert.That(new SampleOrders(roster).First(round, n).ToArray().Select(i => roster[i]), Is.EqualTo(order));
        }
    }

    [Test]
    public void The_fast_order_is_the_plain_one_for_all_identifiers_and_hashes()
    {
        Gen<byte[]> id = Gen.Byte.Array[1, 140];
        Gen.Select(id.Array[1, 60], Gen.Int[0, 2_000_000_000], Gen.Int[1, 20], Gen.Enum<SampleHash>())
            .Sample(
                (ids, round, least, hash) =>
                {
                    NodeId[] distinct = [.. ids.Select(bytes => new NodeId(bytes)).Distinct()];
                    Roster roster = Roster.Of(distinct);
                    SampleOrders orders = new(roster, hash, first: 3);
                    NodeId[] plain = [.. SampleOrder.Order(round, distinct, hash)];
                    int[] some = orders.First(round, least).ToArray();
                    int[] more = orders.First(round, distinct.Length).ToArray();
                    return plain.Take(some.Length).SequenceEqual(some.Select(i => roster[i]))
                        && some.Length >= Math.Min(least, distinct.Length)
                        && plain.SequenceEqual(more.Select(i => roster[i]));
                },
                iter: 200
            );
    }

    [Test]
    public void Identifiers_of_equal_length_go_through_the_lanes()
    {
        foreach (int length in new[] { 1, 31, 32, 54, 55, 63, 64, 74, 118, 128 })
        {
            NodeId[] ids =
            [
                .. Enumerable.Range(0, 40).Select(i => new NodeId([.. Enumerable.Range(0, length).Select(j => (byte)(i * 7 + j * 13))])),
            ];
            Roster roster = Roster.Of(ids);
            foreach (int round in new[] { 0, 7, 1234567890 })
            {
                Assert.That(
                    new SampleOrders(roster).First(round, 40).ToArray().Select(i => roster[i]),
                    Is.EqualTo(SampleOrder.Order(round, ids)),
                    $"{length} bytes, round {round}"
                );
            }
        }
    }

    [Test]
    public void A_roster_that_grows_gives_the_order_of_all()
    {
        Roster roster = Roster.OfKeys(50);
        SampleOrders orders = new(roster);
        _ = orders.First(3, 10);
        roster.Add(new NodeId("a newcomer"u8));
        Assert.That(
            orders.First(3, 51).ToArray().Select(i => roster[i]),
            Is.EqualTo(SampleOrder.Order(3, Enumerable.Range(0, 51).Select(i => roster[i])))
        );
    }

    /// <summary>Chosen equally often, pairs too, and independently from round to round. Deterministic: the hash is the randomness.</summary>
    [Test]
    public void Samples_are_uniform()
    {
        const int Nodes = 100;
        const int Size = 10;
        const int Rounds = 20_000;
        SampleOrders orders = new(Roster.OfKeys(Nodes), first: Size);
        double[] chosen = new double[Nodes];
        double together = 0;
        double again = 0;
        bool[] last = new bool[Nodes];
        for (int round = 1; round <= Rounds; round++)
        {
            bool[] now = new bool[Nodes];
            foreach (int node in orders.First(round, Size)[..Size])
            {
                chosen[node]++;
                now[node] = true;
            }

            together += now[17] && now[42] ? 1 : 0;
            again += now.Zip(last, (a, b) => a && b ? 1 : 0).Sum();
            last = now;
        }

        double expected = (double)Rounds * Size / Nodes;
        double chiSquare = chosen.Sum(c => (c - expected) * (c - expected) / expected) / (1 - (double)Size / Nodes);
        Assert.That(chiSquare, Is.LessThan(149), "the 0.999 quantile of 99 degrees of freedom is 148.2");
        double pair = Size * (Size - 1.0) / (Nodes * (Nodes - 1.0));
        Assert.That(together, Is.EqualTo(Rounds * pair).Within(5 * Math.Sqrt(Rounds * pair)));
        double share = (double)Size / Nodes;
        Assert.That((again / Rounds / Nodes) - (share * share), Is.EqualTo(0).Within(0.02 * share * (1 - share)));
    }

    /// <summary>Own case: MD5 of "alpha-1", "beta-20" and "gamma-300", by an independent implementation (Python's hashlib).</summary>
    [TestCase("alpha", 1, "b92d6460a76ec383d88c732a98b1911f")]
    [TestCase("beta", 20, "f6bdb474caebb9f15452799778cf849c")]
    [TestCase("gamma", 300, "52e8d303140f061b7b7e80506c3f7251")]
    public void Digest_is_the_hash_of_identifier_hyphen_round(string id, int round, string expected) =>
        Assert.That(
            SampleOrder.Digest(Encoding.ASCII.GetBytes(id), round, SampleHash.Md5).ToString("x32", CultureInfo.InvariantCulture),
            Is.EqualTo(expected)
        );
}
