using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests.Models;

[NonParallelizable]
public class TorchModelTests
{
    private static readonly ScoredFacesOptions Faces = new()
    {
        Error = 0.05,
        Rate0 = 0.5,
        Rate1 = 0.4,
    };

    [Test]
    public void The_network_has_the_paper_s_parameters_and_shapes()
    {
        using LeNet network = new(RandomStream.Named("lenet"));
        Assert.That(network.parameters().Sum(p => p.numel()), Is.EqualTo(81_634));
        using TorchSharp.torch.Tensor input = TorchSharp.torch.zeros(4, 3, 32, 32);
        using TorchSharp.torch.Tensor output = network.call(input);
        Assert.That(output.shape, Is.EqualTo(new long[] { 4, 2 }));
    }

    [Test]
    public void It_learns_pictures_equal_streams_give_equal_scores_and_no_tensor_stays()
    {
        AuditPopulation pictures = SyntheticFaces.Draw(400, Faces, RandomStream.Named("pictures"));
        int[] train = [.. Enumerable.Range(0, 300)];
        int[] test = [.. Enumerable.Range(300, 100)];
        TorchModel model = TorchModel.LeNet(new TorchModelOptions { Epochs = 10, ValidateEvery = 9 });
        Torch.SetThreads(1);
        using IScorer one = model.Train(pictures, train, RandomStream.Named("train"));
        using IScorer other = model.Train(pictures, train, RandomStream.Named("train"));
        double[] second = [];
        // Of a module that is made TorchSharp itself keeps tensors: only scoring can be counted.
        LiveTensors.AssertNoLeak(() => second = one.Score(pictures, test));
        Assert.That(other.Score(pictures, test), Is.EqualTo(second), "the same stream, the same scores");
        double error = HonestAnswers.Of(second).Where((m, i) => m != pictures.Labels.Span[test[i]]).Count() / 100.0;
        Assert.That(error, Is.AtMost(0.35), "guessing gets at most 35 of 100 wrong with a probability of 0.2 %");
    }

    [Test]
    public void A_network_of_one_hidden_layer_learns_a_table_with_missing_values()
    {
        // Two threads of a small network wait for each other more than they work.
        Torch.SetThreads(1);
        AuditPopulation people = AcsEmploymentSynth.Draw(3000, RandomStream.Named("mlp"));
        int[] test = [.. Enumerable.Range(2000, 1000)];
        using IScorer scorer = TorchModel
            .Mlp(32, new TorchModelOptions { Epochs = 12, ValidateEvery = 100 })
            .Train(people, [.. Enumerable.Range(0, 2000)], RandomStream.Named("train"));
        double[] scores = scorer.Score(people, test);
        double error = HonestAnswers.Of(scores).Where((m, i) => m != people.Labels.Span[test[i]]).Count() / 1000.0;
        Assert.That(error, Is.LessThan(0.27));
        Assert.That(scores, Has.All.InRange(0, 1));
    }
}
