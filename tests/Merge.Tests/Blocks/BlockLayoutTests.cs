namespace ResearchKit.Merge.Tests.Blocks;

/// <summary>Blocks from tables and from names.</summary>
public class BlockLayoutTests
{
    [TestCase("clip-vit-b32", 54)]
    [TestCase("clip-vit-l14", 102)]
    [TestCase("clip-vit-b32-layers", 18)]
    [TestCase("vit-b", 51)]
    [TestCase("t0-ia3", 120)]
    [TestCase("t5-base", 66)]
    [TestCase("t5-large", 126)]
    public void The_papers_models_have_the_papers_number_of_blocks(string name, int blocks) =>
        Assert.That(BlockLayouts.Named(name).Rules, Has.Count.EqualTo(blocks));

    [Test]
    public void A_pattern_takes_whole_segments_only()
    {
        Assert.That(BlockRule.Matches("resblocks.1", "visual.transformer.resblocks.1.mlp.c_fc.weight"), Is.True);
        Assert.That(BlockRule.Matches("resblocks.1", "visual.transformer.resblocks.10.mlp.c_fc.weight"), Is.False);
        Assert.That(BlockRule.Matches("resblocks.*.mlp", "visual.transformer.resblocks.10.mlp.c_fc.weight"), Is.True);
        Assert.That(BlockRule.Matches("ln_*", "layers.0.ln_2.weight"), Is.True);
        Assert.That(BlockRule.Matches("ln_*", "layers.0.mlp.weight"), Is.False);
    }

    [Test]
    public void A_clip_checkpoint_divides_into_54_blocks_of_all_its_tensors()
    {
        (string, IReadOnlyList<long>)[] tensors = [.. ClipNames().Select(name => (name, (IReadOnlyList<long>)[2]))];
        BlockDivision division = BlockLayouts.ClipVitB32.Divide(tensors);
        Assert.That(division.Blocks, Has.Count.EqualTo(54));
        Assert.That(division.Blocks.Sum(b => b.Tensors.Count), Is.EqualTo(tensors.Length));
        Assert.That(division.Blocks[0].Name, Is.EqualTo("ln_post"));
        Assert.That(division.Blocks[1].Tensors.Select(t => t.Name), Is.All.Contains("resblocks.11.mlp"));
        Assert.That(InferredLayout.Divide(tensors).Blocks, Has.Count.EqualTo(54), "from names alone");
    }

    [Test]
    public void Tensors_in_no_block_and_patterns_without_tensors_are_named()
    {
        (string, IReadOnlyList<long>)[] tensors = [("a.weight", [2]), ("b.weight", [3])];
        BlockLayout layout = BlockLayout.Parse("{\"first\": [\"a\"]}", "layout.json");
        Assert.That(() => layout.Divide(tensors), Throws.ArgumentException.With.Message.Contains("b.weight"));
        BlockDivision kept = layout.Divide(tensors, UnassignedTensors.KeepPerTask);
        Assert.That((kept.Length, kept.KeptLength), Is.EqualTo((5L, 3L)));
        // What is kept counts M times: 1 of 5 parts merged to one, 3 of 5 four times.
        Assert.That(
            Partition
                .Same(
                    1,
                    [
                        [0, 1, 2, 3],
                    ]
                )
                .Size(kept, new SizeAccounting(false), 4),
            Is.EqualTo((2 + (3 * 4)) / 5.0)
        );
        Assert.That(
            () => BlockLayout.Parse("{\"first\": [\"zzz\"]}", "x").Divide(tensors),
            Throws.ArgumentException.With.Message.Contains("zzz")
        );
        Assert.That(() => BlockLayout.Parse("[1]", "layout.json"), Throws.TypeOf<MalformedFileException>());
        Assert.That(() => BlockLayout.Parse("{\"a\": 3}", "layout.json"), Throws.TypeOf<MalformedFileException>());
        Assert.That(() => BlockLayouts.Named("vit"), Throws.ArgumentException.With.Message.Contains("clip-vit-b32"));
    }

    [Test]
    public void Names_of_a_transformer_become_parts_of_layers_from_output_to_input()
    {
        BlockDivision division = InferredLayout.Divide(TestModels.Shapes);
        Assert.That(
            division.Blocks.Select(b => b.Name),
            Is.EqualTo(new[] { "ln_post", "layers.1.mlp", "layers.1.attn", "layers.0.mlp", "layers.0.attn", "embed" })
        );
        Assert.That(InferredLayout.Divide(TestModels.Shapes, Granularity.Model).Blocks, Has.Count.EqualTo(1));
        Assert.That(InferredLayout.Divide(TestModels.Shapes, Granularity.Layer).Blocks, Has.Count.EqualTo(4));
        Assert.That(InferredLayout.Divide(TestModels.Shapes, Granularity.Tensor).Blocks, Has.Count.EqualTo(8));
        BlockDivision slices = InferredLayout.Divide(TestModels.Shapes, Granularity.Slice, 4);
        Assert.That(slices.Blocks, Has.Count.EqualTo(32));
        Assert.That(slices.Length, Is.EqualTo(division.Length));
    }

    private static IEnumerable<string> ClipNames()
    {
        foreach (int i in Enumerable.Range(0, 12))
        {
            foreach (string part in new[] { "mlp.c_fc", "mlp.c_proj", "ln_1", "ln_2", "attn.out_proj" })
            {
                yield return $"model.visual.transformer.resblocks.{i}.{part}.weight";
                yield return $"model.visual.transformer.resblocks.{i}.{part}.bias";
            }
            yield return $"model.visual.transformer.resblocks.{i}.attn.in_proj_weight";
            yield return $"model.visual.transformer.resblocks.{i}.attn.in_proj_bias";
        }
        foreach (
            string name in new[]
            {
                "ln_post.weight",
                "ln_post.bias",
                "ln_pre.weight",
                "ln_pre.bias",
                "conv1.weight",
                "proj",
                "positional_embedding",
                "class_embedding",
            }
        )
        {
            yield return $"model.visual.{name}";
        }
    }
}
