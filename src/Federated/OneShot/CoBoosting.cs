using ResearchKit.Numerics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ResearchKit.Federated;

/// <summary>
/// Co-Boosting (Dai et al., ICLR 2024): without any data the server makes rows that are hard for the ensemble and on which the student disagrees with it, lets them decide how much each client counts,
/// and teaches the student with them. Clients and student are dense networks here; the generator is a perceptron in place of its deconvolutions.
/// </summary>
/// <param name="options">The settings; the code's if null.</param>
public sealed class CoBoosting(CoBoostingOptions? options = null)
{
    private readonly CoBoostingOptions _options = options ?? new();

    /// <summary>The student, and how much each client counts in the end.</summary>
    /// <param name="model">The clients' and the student's model: rectified hidden layers.</param>
    /// <param name="clients">The clients' parameters.</param>
    /// <param name="student">The student's first parameters; changed.</param>
    /// <param name="random">Decides the generator, its noise and the labels.</param>
    /// <param name="cancellationToken">Cancels between epochs.</param>
    public (ParameterVector Student, double[] Weights) Train(
        DenseModel model,
        IReadOnlyList<ParameterVector> clients,
        ParameterVector student,
        RandomStream random,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(random);
        // Sums depend on torch's threads in their last bits, and networks this small are fastest on one.
        using var threads = Torch.PinThreads(1);
        using var ensemble = new TorchEnsemble(model, clients);
        using var draws = random.Split("draws").TorchGenerator();
        using var pupil = TorchDense.Of(model);
        TorchDense.CopyTo(student, pupil);
        using var weights = full(clients.Count, 1.0 / clients.Count);
        using var optimizer = optim.SGD(pupil.parameters(), _options.StudentRate, momentum: 0.9, weight_decay: 1e-4);
        using var generator = TorchDense.Generator(_options.NoiseDimension, _options.GeneratorUnits, model.Inputs, _options.Range);
        var pool = new List<(Tensor Rows, Tensor Labels)>();
        try
        {
            for (var epoch = 0; epoch < _options.Epochs; epoch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                pool.Add(
                    Make(
                        model,
                        ensemble,
                        weights,
                        pupil,
                        generator,
                        random.Split("generator", FormattableString.Invariant($"{epoch}")),
                        draws
                    )
                );
                if (epoch > 0)
                {
                    foreach (var (rows, labels) in pool)
                    {
                        Reweigh(ensemble, weights, rows, labels, _options.WeightStep * Math.Pow(0.99, epoch));
                    }
                }
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = _options.StudentRate * (1 + Math.Cos(Math.PI * epoch / _options.Epochs)) / 2;
                }
                foreach (var (rows, _) in pool)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Teach(ensemble, weights, pupil, optimizer, rows, model.Outputs, draws);
                }
            }
            TorchDense.CopyFrom(student, pupil);
            return (student, [.. weights.data<float>().ToArray().Select(weight => (double)weight)]);
        }
        finally
        {
            foreach (var (rows, labels) in pool)
            {
                rows.Dispose();
                labels.Dispose();
            }
        }
    }

    private static Tensor Weighted(TorchEnsemble ensemble, Tensor weights, Tensor rows) =>
        (ensemble.Forward(rows) * weights.unsqueeze(0).unsqueeze(2)).sum(1);

    // Step 1: the generator begins anew (its module is made once, which is dear), its best batch is kept.
    private (Tensor, Tensor) Make(
        DenseModel model,
        TorchEnsemble ensemble,
        Tensor weights,
        nn.Module<Tensor, Tensor> pupil,
        nn.Module<Tensor, Tensor> generator,
        RandomStream random,
        Generator draws
    )
    {
        Learning.Initializers.Initialize(generator, random);
        generator.train();
        using var adam = optim.Adam(generator.parameters(), 1e-3, 0.5, 0.999);
        using var noise = randn(_options.BatchSize, _options.NoiseDimension, generator: draws);
        var labels = randint(0, model.Outputs, [_options.BatchSize], int64, generator: draws);
        var best = zeros(_options.BatchSize, model.Inputs);
        var bestLoss = double.PositiveInfinity;
        for (var step = 0; step < _options.GeneratorSteps; step++)
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            var rows = generator.forward(noise);
            var teacher = Weighted(ensemble, weights, rows);
            var entropy = F.cross_entropy(teacher, labels, reduction: nn.Reduction.None);
            var hardness = 1 - teacher.softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1).detach();
            var disagreement = Divergence(pupil.forward(rows), teacher, 3);
            var loss = (hardness * entropy).mean() - _options.Adversarial * disagreement;
            if (loss.item<float>() < bestLoss)
            {
                bestLoss = loss.item<float>();
                using var noGrad = no_grad();
                best.copy_(rows);
            }
            loss.backward();
            adam.step();
        }
        return (best, labels);
    }

    // Step 2: clients that are wrong on made rows count less.
    private static void Reweigh(TorchEnsemble ensemble, Tensor weights, Tensor rows, Tensor labels, double step)
    {
        using var scope = NewDisposeScope();
        var variable = weights.detach().clone().requires_grad_(true);
        var loss = F.cross_entropy(Weighted(ensemble, variable, rows), labels);
        loss.backward();
        using var noGrad = no_grad();
        weights.sub_(variable.grad!.sign() * step).clamp_(0, 1);
    }

    // Step 3: the student learns on rows moved towards a random direction of the ensemble's output.
    private void Teach(
        TorchEnsemble ensemble,
        Tensor weights,
        nn.Module<Tensor, Tensor> pupil,
        optim.Optimizer optimizer,
        Tensor rows,
        int outputs,
        Generator draws
    )
    {
        using var scope = NewDisposeScope();
        var variable = rows.detach().clone().requires_grad_(true);
        var direction = rand(rows.shape[0], outputs, generator: draws) * 2 - 1;
        (Weighted(ensemble, weights, variable).softmax(1) * direction).sum().backward();
        var reach = _options.Perturbation * (_options.Range.High - _options.Range.Low);
        var moved = (rows + variable.grad!.sign() * reach).clamp(_options.Range.Low, _options.Range.High).detach();
        var teacher = Weighted(ensemble, weights, moved).detach();
        optimizer.zero_grad();
        Divergence(pupil.forward(moved), teacher, 4).backward();
        optimizer.step();
    }

    /// <summary>T^2 KL(teacher || student).</summary>
    private static Tensor Divergence(Tensor student, Tensor teacher, double temperature) =>
        F.kl_div((student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction: nn.Reduction.Sum)
        * (temperature * temperature / student.shape[0]);
}
