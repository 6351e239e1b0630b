using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Papers.RagRoute;
using ResearchKit.Rag;

namespace ResearchKit.Experiments.Tests.RagRoute;

/// <summary>The experiments of the RAGRoute paper: on invented sources at the quick scale, and the published results recomputed.</summary>
public class RagRouteExperimentTests
{
    [Test]
    public async Task Routing_over_invented_sources_beats_their_rates() =>
        AssertSound(await InMemoryRun.OfAsync<MirageRouting>(set: ["Epochs=12"]));

    [Test]
    public async Task End_to_end_over_invented_sources_saves_queries_and_time() => AssertSound(await InMemoryRun.OfAsync<EndToEnd>());

    [Test]
    public async Task The_published_results_are_recomputed_exactly()
    {
        PublishedRagRouteRuns runs = await PublishedRagRouteRuns.LoadAsync(GoldenFiles.Data("rag-published-ragroute"));
        using JsonDocument golden = GoldenFiles.Json("rag", "published_ragroute_mmlu_summary.json");
        foreach (string mode in PublishedRagRouteRuns.Modes)
        {
            foreach (PublishedRuns.Row row in PublishedRuns.Summarise(runs, mode))
            {
                JsonElement expected =
                    row.Subject == "total"
                        ? golden.RootElement.GetProperty("total").GetProperty(mode)
                        : golden.RootElement.GetProperty("per_subject").GetProperty(mode).GetProperty(row.Subject);
                string where = $"{mode}, {row.Subject}";
                Assert.That(row.Questions, Is.EqualTo(expected.GetProperty("questions").GetInt32()), where);
                AssertClose((double)row.Right / row.Questions, expected.GetProperty("accuracy"), where);
                AssertClose(row.SourcesPerQuery, expected.GetProperty("sources_per_query"), where);
                AssertClose(row.BytesPerQuery, expected.GetProperty("bytes_per_query"), where);
                AssertClose(row.MeanRetrievalSeconds, expected.GetProperty("mean_doc_select_s"), where);
                AssertClose(row.MeanTotalSeconds, expected.GetProperty("mean_e2e_s"), where);
            }
        }
    }

    [Test]
    public async Task The_published_labels_have_the_rates_of_the_reference()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "mirage_label_stats.json");
        MirageBenchmark benchmark = await MirageBenchmark.LoadAsync(GoldenFiles.Data("rag-mirage", "benchmark.json"));
        foreach ((string name, IReadOnlyList<MultipleChoiceQuestion> questions) in benchmark.Datasets)
        {
            JsonElement expected = golden.RootElement.GetProperty(name);
            var labels = await MirageBenchmark.LoadLabelsAsync(
                GoldenFiles.Data("rag-mirage", $"{name}_relevant_top_32.json"),
                questions.Select(q => q.Id),
                MirageBenchmark.Corpora
            );
            Assert.That(labels, Has.Count.EqualTo(expected.GetProperty("questions").GetInt32()));
            AssertClose(labels.Values.Average(l => l.Count), expected.GetProperty("mean_sources"), name);
            foreach (string corpus in MirageBenchmark.Corpora)
            {
                AssertClose(
                    labels.Values.Average(l => l.Contains(corpus) ? 1.0 : 0),
                    expected.GetProperty("rate").GetProperty(corpus),
                    $"{name}, {corpus}"
                );
            }
            Assert.That(questions.All(q => q.Answer >= 0), Is.True);
        }
    }

    [Test]
    public void Without_rows_every_claim_is_listed()
    {
        Assert.That(new MirageRouting().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(2 + 4));
        Assert.That(new Feb4RagRouting().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(2 + 2));
        Assert.That(new ClusterRouting().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(2 + 2));
        Assert.That(new RealSourcesRouting().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(2 + 5));
        Assert.That(new PublishedRuns().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(5));
        Assert.That(new EndToEnd().Judge([]).Select(c => c.Id).Distinct().Count(), Is.EqualTo(6));
        Assert.That(new MirageRouting().Draw([]), Is.Empty);
    }

    private static void AssertClose(double value, JsonElement expected, string where) =>
        Assert.That(value, Is.EqualTo(expected.GetDouble()).Within(1e-9 * Math.Max(1, Math.Abs(expected.GetDouble()))), where);

    private static void AssertSound(ExperimentResult result)
    {
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
        Assert.That(result.Problems, Is.Empty);
        Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed).And.None.EqualTo(Verdict.NotJudged));
        Assert.That(result.Claims.Where(c => c.Verdict is Verdict.Confirmed or Verdict.Consistent), Is.Not.Empty);
    }
}
