using System.Text.Json;

namespace ResearchKit.Merge.Tests.Baselines;

/// <summary>The clustering baselines beside scikit-learn.</summary>
public class ClusteringGoldenTests
{
    [Test]
    public void Distances_and_clusters_of_models()
    {
        JsonElement root = GoldenModels.Open("clustering-baselines.json");
        BlockDivision division = InferredLayout.Divide(GoldenModels.Tensors(root), Granularity.Tensor);
        TaskVectors vectors = GoldenModels.Vectors(root, division.Blocks);
        SimilarityMatrix whole = ModelClustering.OfModels(vectors);
        SimilarityMatrix layers = ModelClustering.OfTensors(vectors);
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                Assert.That(1 - whole[i, j], Is.EqualTo(root.GetProperty("cosineDistance")[i][j].GetDouble()).Within(1e-5));
                Assert.That(1 - layers[i, j], Is.EqualTo(root.GetProperty("layerwiseCosineDistance")[i][j].GetDouble()).Within(1e-5));
            }
        }
        int checks = 0;
        foreach (JsonElement expected in root.GetProperty("modelClusters").EnumerateArray())
        {
            Linkage linkage = Enum.Parse<Linkage>(expected.GetProperty("linkage").GetString()!, ignoreCase: true);
            Assert.That(
                ModelClustering.Clusters(whole, expected.GetProperty("k").GetInt32(), linkage),
                Is.EqualTo(expected.GetProperty("groups").EnumerateArray().Select(GoldenModels.Ints)),
                expected.GetRawText()
            );
            checks++;
        }
        Assert.That(checks, Is.EqualTo(15));
    }

    [Test]
    public void Channel_merging_has_exactly_k_clusters_in_every_tensor()
    {
        JsonElement root = GoldenModels.Open("clustering-baselines.json");
        BlockDivision division = InferredLayout.Divide(GoldenModels.Tensors(root), Granularity.Tensor);
        TaskVectors vectors = GoldenModels.Vectors(root, division.Blocks);
        for (int k = 1; k <= 6; k++)
        {
            Partition partition = ChannelMerging.Clusters(vectors, k);
            Assert.That(partition.Groups.Select(groups => groups.Count), Is.All.EqualTo(k));
            Assert.That(
                partition.Groups.Select(groups => groups.SelectMany(group => group).Order()),
                Is.All.EqualTo(Enumerable.Range(0, 6))
            );
            Assert.That(partition.Size(division, new SizeAccounting(false), 6), Is.EqualTo(k).Within(1e-12));
            Assert.That(ChannelMerging.Clusters(vectors, k).Groups, Is.EqualTo(partition.Groups), "repeatable");
        }
    }
}
