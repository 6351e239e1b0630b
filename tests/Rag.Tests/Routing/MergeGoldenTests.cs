using System.Text.Json;

namespace ResearchKit.Rag.Tests.Routing;

/// <summary>Merged rankings against a reference.</summary>
public class MergeGoldenTests
{
    [Test]
    public void Scores_ranks_and_owners_are_those_of_the_reference()
    {
        using JsonDocument golden = GoldenFiles.Json("rag", "merge.json");
        AssertMatches(golden.RootElement);
    }

    [Test]
    public void The_small_case_in_the_repository_agrees_too()
    {
        using Stream stream = typeof(MergeGoldenTests).Assembly.GetManifestResourceStream("merge.json")!;
        using JsonDocument golden = JsonDocument.Parse(stream);
        AssertMatches(golden.RootElement);
    }

    private static void AssertMatches(JsonElement golden)
    {
        foreach (JsonElement item in golden.EnumerateArray())
        {
            // Backwards: the order of arrival must not matter.
            SourceResult[] results =
            [
                .. item.GetProperty("sources")
                    .EnumerateObject()
                    .Reverse()
                    .Select(s => new SourceResult(
                        s.Name,
                        new RetrievalResult(
                            [.. s.Value.EnumerateArray().Select(d => new RetrievedDocument(d[0].GetString()!, (float)d[1].GetDouble()))],
                            ScoreDirection.HigherIsBetter
                        )
                    )),
            ];
            int k = item.GetProperty("k").GetInt32();
            RetrievalResult merged = new ScoreMerger().Merge(results, k);
            Assert.That(merged.Ids, Is.EqualTo(item.GetProperty("score_merge").EnumerateArray().Select(d => d.GetString())));
            Assert.That(
                merged.Documents.Select(d => d.Source).Distinct().Order(StringComparer.Ordinal),
                Is.EqualTo(item.GetProperty("relevant_sources_topk").EnumerateArray().Select(d => d.GetString()))
            );
            ReciprocalRankMerger fusion = new();
            foreach (SourceResult result in results)
            {
                for (int i = 0; i < result.Result.Documents.Count; i++)
                {
                    Assert.That(
                        fusion.ScoreOf(i + 1),
                        Is.EqualTo(item.GetProperty("rrf60_scores").GetProperty(result.Result.Documents[i].Id).GetDouble()).Within(1e-12)
                    );
                }
            }
        }
    }
}
