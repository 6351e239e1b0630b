using System.Globalization;
using System.Text;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using ResearchKit.Storage;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>
/// Trains a base on the pre-training sets (each with classes of its own), makes the frozen heads from its features, and fine-tunes a copy of it on each task. What was trained is kept in the user's cache under
/// a hash of all that decides it, so the experiments of the paper share it.
/// </summary>
internal sealed class SuiteTraining(string suite, string backbone, int seed, TrainingBudget budget)
{
    private const int Version = 1;
    private const int PretrainingBatch = 192;
    private const int Batch = 64;
    private const int Epochs = 6;
    private const int ImagesForHead = 20;

    /// <summary>The stream of a purpose: the same for every experiment of the paper.</summary>
    public RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["flexmerge", suite, backbone, seed.ToString(CultureInfo.InvariantCulture), .. purpose]);

    public async Task<SuiteCheckpoints> GetAsync(TaskSuite tasks, IProgress<double>? progress, CancellationToken ct)
    {
        string key = Checksum.XxHash128(
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{Version}|{suite}|{backbone}|{seed}|{budget}|{tasks.Tasks.Count}")
            )
        );
        string path = Path.Combine(
            UserCache.Folder,
            "flexmerge",
            $"{suite}-{backbone}-{seed.ToString(CultureInfo.InvariantCulture)}-{key}.safetensors"
        );
        if (File.Exists(path))
        {
            return SuiteCheckpoints.Load(path, tasks.Tasks.Count);
        }
        SuiteCheckpoints checkpoints = Train(tasks, progress, ct);
        await checkpoints.SaveAsync(path, ct);
        return checkpoints;
    }

    private SuiteCheckpoints Train(TaskSuite tasks, IProgress<double>? progress, CancellationToken ct)
    {
        Torch.EnsureLoaded();
        using Backbone network = Backbone.Create(backbone, Stream("init"));
        Pretrain(network, tasks.Pretraining, ct);
        ParameterVector start = ParameterVector.Of(network);
        List<float[]> tuned = [];
        List<float[]> heads = [];
        foreach (ImageTask task in tasks.Tasks)
        {
            start.CopyTo(network);
            heads.Add(Prototypes(network, task.Train));
            FineTune(network, task, heads[^1], ct);
            tuned.Add([.. ParameterVector.Of(network).Values]);
            progress?.Report((double)tuned.Count / (tasks.Tasks.Count + 1));
        }
        return new SuiteCheckpoints([.. start.Values], tuned, heads);
    }

    private void Pretrain(Backbone network, IReadOnlyList<LabeledData> sets, CancellationToken ct)
    {
        (LabeledData data, int[] setOfClass) = Join(sets);
        PretrainingNetwork model = new(network, setOfClass.Length); // disposing it would dispose the network: only its own head is
        using var head = model.Head;
        Initializers.Initialize(head, Stream("pretraining-head"));
        long[] owners = [.. setOfClass.Select(set => (long)set)];
        using Tensor owner = tensor(owners);
        new Trainer(
            new TrainingOptions
            {
                Optimizer = new OptimizerOptions { Kind = OptimizerKind.AdamW, WeightDecay = 0.05 },
                Schedule = LearningRateSchedule.Cosine(1e-3, budget.PretrainingSteps, per: SchedulePer.Batch),
                Steps = budget.PretrainingSteps,
                BatchSize = PretrainingBatch,
                Transforms = new ImageTransforms(new ImageShape(1, 28, 28), ImageTransform.RandomCrop(28, 28, 2)),
                // A head for each set: the softmax runs over the classes of the image's own set.
                Loss = (outputs, targets) =>
                {
                    Tensor others = owner.index_select(0, targets).unsqueeze(1).ne(owner.unsqueeze(0));
                    return nn.functional.cross_entropy(outputs.masked_fill(others, float.NegativeInfinity), targets);
                },
            }
        ).Train(model, data, Stream("pretraining"), ct);
    }

    private void FineTune(Backbone network, ImageTask task, float[] head, CancellationToken ct)
    {
        using Tensor prototypes = tensor(head, [task.Train.ClassCount, network.Width]);
        HeadedNetwork model = new(network, prototypes); // owns nothing: disposing it would dispose the network
        long epochs = (long)Epochs * ((task.Train.Count + Batch - 1) / Batch);
        long steps = Math.Max(budget.Steps, budget.Steps >= TrainingBudget.Full.Steps ? epochs : 0);
        double rate = backbone.StartsWith("mlp", StringComparison.Ordinal) ? 1e-3 : 5e-4;
        new Trainer(
            new TrainingOptions
            {
                Optimizer = new OptimizerOptions { Kind = OptimizerKind.AdamW, WeightDecay = 0.1 },
                Schedule = LearningRateSchedule.Cosine(rate, steps, per: SchedulePer.Batch),
                Steps = steps,
                BatchSize = Batch,
            }
        ).Train(model, task.Train, Stream("fine-tuning", task.Name), ct);
    }

    // Class means of the base's features over a few images, without what all classes share, at unit length.
    private static float[] Prototypes(Backbone network, LabeledData data)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int[][] rows =
        [
            .. Enumerable
                .Range(0, data.ClassCount)
                .Select(label => Enumerable.Range(0, data.Count).Where(row => data.LabelOf(row) == label).Take(ImagesForHead).ToArray()),
        ];
        int[] all = [.. rows.SelectMany(r => r)];
        float[] pixels = new float[all.Length * data.FeatureLength];
        data.CopyBatch(all, pixels, new int[all.Length]);
        Tensor features = network.forward(tensor(pixels, [all.Length, data.FeatureLength]));
        Tensor centre = features.mean([0]);
        List<Tensor> means = [];
        int from = 0;
        foreach (int[] members in rows)
        {
            means.Add(members.Length == 0 ? zeros(network.Width) : features.narrow(0, from, members.Length).mean([0]).sub(centre));
            from += members.Length;
        }
        return [.. nn.functional.normalize(stack(means), dim: 1).data<float>()];
    }

    private static (LabeledData Data, int[] SetOfClass) Join(IReadOnlyList<LabeledData> sets)
    {
        // Small sets are repeated, so that each set is about as often seen as the others.
        int largest = sets.Max(set => set.Count);
        List<float> pixels = [];
        List<int> labels = [];
        List<int> owners = [];
        float[] row = new float[ImageTask.Pixels];
        for (int set = 0; set < sets.Count; set++)
        {
            int first = owners.Count;
            owners.AddRange(Enumerable.Repeat(set, sets[set].ClassCount));
            int copies = Math.Max(1, largest / sets[set].Count);
            for (int i = 0; i < copies * sets[set].Count; i++)
            {
                sets[set].CopyRow(i % sets[set].Count, row);
                pixels.AddRange(row);
                labels.Add(first + sets[set].LabelOf(i % sets[set].Count));
            }
        }
        return (
            LabeledData.Of([.. pixels], [.. labels], new LabeledDataSchema { FeatureShape = [1, 28, 28], ClassCount = owners.Count }),
            [.. owners]
        );
    }
}
