using System.Globalization;
using System.Security.Cryptography;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe.RankHost;

/// <summary>What each rank does; the tests run the same in process and compare.</summary>
public static class RankProgram
{
    private const int Experts = 8;
    private const int Width = 32;

    /// <summary>Runs a piece of work and writes its result.</summary>
    public static async Task RunAsync(string work, ICollectives ranks, CancellationToken cancellationToken)
    {
        if (work == "fails" && ranks.Rank == 1)
        {
            throw new ResearchKitException(MoeErrors.GateNotFinite, "broken on purpose", "none");
        }

        if (work == "disagrees")
        {
            using torch.Tensor send = torch.zeros([4, 2]);
            int[] expected = [2, ranks.Rank == 0 ? 2 : 1];
            await ranks.AllToAllAsync(send, new[] { 2, 2 }, expected, new torch.Tensor[2], cancellationToken);
            await ranks.BarrierAsync(cancellationToken);
            return;
        }

        string result = await ForwardAsync(ranks, cancellationToken);
        Console.WriteLine($"rank {ranks.Rank} {result}");
        Console.Out.Flush();
    }

    /// <summary>The hash of the outputs of a layer, whole and sharded, and the bytes exchanged.</summary>
    public static async Task<string> ForwardAsync(ICollectives ranks, CancellationToken cancellationToken)
    {
        using HostExpertStore store = HostExpertStore.Random(Experts, new(Width, 48, ExpertActivation.SwiGlu), RandomStream.Named("mpi"));
        string rank = ranks.Rank.ToString(CultureInfo.InvariantCulture);
        using torch.Generator generator = RandomStream.Named("mpi", rank).TorchGenerator();
        using torch.Tensor x = torch.randn([50 + (10 * ranks.Rank), Width], generator: generator);
        SkewRouter router = new(new MultinomialSkew(0.7), Experts, RandomStream.Named("mpi", "routing", rank));
        List<byte> outputs = [];
        foreach (ExpertFetch fetch in new[] { ExpertFetch.Asynchronous, ExpertFetch.PeerToPeer })
        {
            await using MoeLayer layer = new(
                router,
                store,
                ExpertPlacement.Contiguous(ranks.Size, Experts),
                new HarmoenyScheduler(new() { MinimumTokens = 1 }),
                ranks,
                new() { Fetch = fetch }
            );
            using torch.Tensor y = await layer.ForwardAsync(x, cancellationToken);
            outputs.AddRange(y.bytes.ToArray());
        }

        using ShardedMoeLayer sharded = new(router, store, ranks);
        using torch.Tensor z = await sharded.ForwardAsync(x, cancellationToken);
        outputs.AddRange(z.bytes.ToArray());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Convert.ToHexString(SHA256.HashData(outputs.ToArray()))[..16]} {ranks.Traffic.BytesSent} {ranks.Traffic.BytesReceived}"
        );
    }
}
