using System.Text.Json;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Network;

/// <summary>Greedy sharing against the published scheduler.</summary>
public class BandwidthGoldenTests
{
    private const int Ask = 1;
    private const int Kill = 2;
    private const int Done = 3;

    [Test]
    public void Workloads() => Replay("bandwidth_greedy.json");

    [Test]
    public void Workloads_with_nodes_that_go() => Replay("bandwidth_greedy_kills.json");

    private static void Replay(string file)
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", file);
        foreach (JsonElement load in golden.RootElement.EnumerateArray())
        {
            double[] limits = load.GetProperty("limitsBytesPerS").Doubles();
            JsonElement[] transfers = [.. load.GetProperty("transfers").EnumerateArray()];
            JsonElement[] kills = [.. load.GetProperty("kills").EnumerateArray()];
            EventQueue events = new();
            Dictionary<int, EndedTransfer> ended = [];
            BandwidthModel network = BandwidthModel.Of(
                BandwidthSharing.GreedyFifo,
                new(events, Done, limits, limits, PublishedKills: true),
                transfer => ended.Add(transfer.Tag, transfer)
            );
            for (int i = 0; i < transfers.Length; i++)
            {
                events.Schedule(VirtualTime.FromSeconds(transfers[i].GetProperty("request").GetDouble()), Ask, 0, i);
            }

            for (int i = 0; i < kills.Length; i++)
            {
                events.Schedule(
                    VirtualTime.FromSeconds(kills[i].GetProperty("t").GetDouble()),
                    Kill,
                    kills[i].GetProperty("node").GetInt32()
                );
            }

            while (events.TryDequeue(out SimulationEvent next))
            {
                switch (next.Kind)
                {
                    case Ask:
                        JsonElement asked = transfers[next.Payload];
                        network.Start(
                            asked.GetProperty("from").GetInt32(),
                            asked.GetProperty("to").GetInt32(),
                            asked.GetProperty("size").GetInt64(),
                            next.Payload
                        );
                        break;
                    case Kill:
                        network.Kill(next.Node);
                        break;
                    default:
                        network.Complete(next.Payload);
                        break;
                }
            }

            for (int i = 0; i < transfers.Length; i++)
            {
                JsonElement expected = transfers[i];
                EndedTransfer seen = ended[i];
                if (expected.GetProperty("finish").ValueKind == JsonValueKind.Null)
                {
                    Assert.That(seen.IsWhole, Is.False, $"transfer {i}: it never ends in the published code, and fails here");
                    continue;
                }

                Assert.That(seen.Ended.Seconds, Is.EqualTo(expected.GetProperty("finish").GetDouble()).Within(1e-6), $"transfer {i}");
                Assert.That(seen.IsWhole, Is.EqualTo(expected.GetProperty("ok").GetBoolean()));
                Assert.That(seen.Transferred, Is.EqualTo(expected.GetProperty("transferred").GetDouble()).Within(1e-2));
                Assert.That(seen.Reallocations, Is.EqualTo(expected.GetProperty("reallocations").GetInt32()));
                if (expected.GetProperty("start").ValueKind == JsonValueKind.Number)
                {
                    Assert.That(seen.Started!.Value.Seconds, Is.EqualTo(expected.GetProperty("start").GetDouble()).Within(1e-6));
                }
            }

            double[] busy = load.GetProperty("busySeconds").Doubles();
            Assert.That(Enumerable.Range(0, limits.Length).Select(n => network.BusyTime(n).Seconds), Is.EqualTo(busy).Within(1e-6));
        }
    }
}
