using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Merge;
using ResearchKit.Numerics;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>
/// One base and a fine-tuned backbone for each task, with the tasks' frozen heads and test images: what is merged, and how the merged is judged. "Zero-shot" is the frozen head on the base.
/// </summary>
internal sealed class FineTunedSuite : IDisposable
{
    private readonly Backbone _network;
    private readonly ParameterVector _parameters;
    private readonly SuiteCheckpoints _checkpoints;
    private readonly IReadOnlyList<ImageTask> _tasks;
    private readonly Tensor[] _heads;

    private FineTunedSuite(Backbone network, SuiteCheckpoints checkpoints, IReadOnlyList<ImageTask> tasks)
    {
        (_network, _checkpoints, _tasks) = (network, checkpoints, tasks);
        _parameters = new ParameterVector(ParameterLayout.Of(network));
        _heads =
        [
            .. checkpoints.Heads.Select(
                (head, task) => tensor(head, [tasks[task].Test.ClassCount, network.Width]).DetachFromDisposeScope()
            ),
        ];
        Tasks = [.. tasks.Select(task => task.Name)];
        Base = [.. Enumerable.Range(0, tasks.Count).Select(task => Accuracy(task, checkpoints.Base))];
        FineTuned = [.. Enumerable.Range(0, tasks.Count).Select(task => Accuracy(task, checkpoints.FineTuned[task]))];
    }

    /// <summary>The tasks' names.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>The accuracy of the base under each task's head.</summary>
    public IReadOnlyList<double> Base { get; }

    /// <summary>The accuracy of each task's own model.</summary>
    public IReadOnlyList<double> FineTuned { get; }

    /// <summary>Trains, or takes from the cache what was trained before.</summary>
    public static async Task<FineTunedSuite> GetAsync(
        string suite,
        string backbone,
        int seed,
        TrainingBudget budget,
        DatasetCatalog data,
        IProgress<double>? progress,
        CancellationToken ct
    )
    {
        TaskSuite tasks = await Suites.LoadAsync(suite, budget.Images, data, ct);
        SuiteTraining training = new(suite, backbone, seed, budget);
        SuiteCheckpoints checkpoints = await training.GetAsync(tasks, progress, ct);
        return new FineTunedSuite(Backbone.Create(backbone, training.Stream("init")), checkpoints, tasks.Tasks);
    }

    /// <summary>The task vectors in the blocks of a granularity; the first tasks only, if a count is given.</summary>
    public (BlockDivision Division, TaskVectors Vectors) Vectors(
        Granularity granularity = Granularity.SubLayer,
        int slices = 4,
        int? tasks = null
    )
    {
        ParameterLayout layout = _parameters.Layout;
        BlockDivision division = InferredLayout.Divide(layout.Entries.Select(entry => (entry.Name, entry.Shape)), granularity, slices);
        int count = tasks ?? Tasks.Count;
        return (
            division,
            TaskVectors.OfFineTuned(
                [.. Tasks.Take(count)],
                division.Blocks,
                Blocks(division, _checkpoints.Base),
                [.. _checkpoints.FineTuned.Take(count).Select(parameters => Blocks(division, parameters))]
            )
        );
    }

    /// <summary>The accuracy of every task of a merged model.</summary>
    public double[] Accuracies(FlexModel model, CancellationToken ct)
    {
        double[] accuracies = new double[model.Tasks.Count];
        float[] parameters = new float[_parameters.Length];
        for (int task = 0; task < accuracies.Length; task++)
        {
            ct.ThrowIfCancellationRequested();
            Assemble(model, task, parameters);
            accuracies[task] = Accuracy(task, parameters);
        }
        return accuracies;
    }

    /// <summary>The accuracy of parameters on a task.</summary>
    public double Accuracy(int task, float[] parameters)
    {
        parameters.CopyTo(_parameters.Values);
        _parameters.CopyTo(_network);
        HeadedNetwork headed = new(_network, _heads[task]); // owns nothing: disposing it would dispose the network
        return Evaluation.Evaluate(headed, _tasks[task].Test, batchSize: 1000).Accuracy;
    }

    /// <summary>The mean over tasks of the accuracy over that of the task's own model.</summary>
    public double Normalised(IReadOnlyList<double> accuracies) =>
        accuracies.Select((accuracy, task) => accuracy / FineTuned[task]).Average();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor head in _heads)
        {
            head.Dispose();
        }
        _network.Dispose();
    }

    private void Assemble(FlexModel model, int task, float[] parameters)
    {
        for (int block = 0; block < model.Division.Blocks.Count; block++)
        {
            Block place = model.Division.Blocks[block];
            float[] values = new float[place.Length];
            model.BlockParameters(task, block, values);
            foreach (BlockTensor part in place.Tensors)
            {
                values.AsSpan(part.Offset, part.Length).CopyTo(parameters.AsSpan(_parameters.Layout[part.Name].Offset + (int)part.First));
            }
        }
    }

    private float[][] Blocks(BlockDivision division, float[] parameters) =>
        [
            .. division.Blocks.Select(block =>
            {
                float[] vector = new float[block.Length];
                foreach (BlockTensor part in block.Tensors)
                {
                    parameters
                        .AsSpan(_parameters.Layout[part.Name].Offset + (int)part.First, part.Length)
                        .CopyTo(vector.AsSpan(part.Offset));
                }
                return vector;
            }),
        ];
}
