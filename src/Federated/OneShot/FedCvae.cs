using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Numerics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ResearchKit.Federated;

/// <summary>
/// FedCVAE-Ens (Heinbaugh et al., ICLR 2023): each client trains a conditional variational autoencoder and uploads its decoder and its shares of classes; the server draws rows from all decoders, as many
/// from each, and trains a classifier on them. Encoder and decoder are perceptrons here; the loss is the sum of binary cross-entropies over features.
/// </summary>
/// <param name="options">The settings; the defaults if null.</param>
public sealed class FedCvae(FedCvaeOptions? options = null)
{
    private readonly FedCvaeOptions _options = options ?? new();

    /// <summary>The rows that the server draws, to train any classifier on.</summary>
    /// <param name="clients">Each client's rows; clients without rows give nothing.</param>
    /// <param name="random">Decides first parameters, batches and noise, by client.</param>
    /// <param name="cancellationToken">Cancels between epochs.</param>
    public LabeledData Draw(IReadOnlyList<LabeledData> clients, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(random);
        // Sums depend on torch's threads in their last bits, and networks this small are fastest on one.
        using var threads = Torch.PinThreads(1);
        LabeledData[] able = [.. clients.Where(client => client.Count > 0)];
        if (able.Length == 0)
        {
            throw new ArgumentException("No client has a row.", nameof(clients));
        }
        var features = new List<float>();
        var labels = new List<int>();
        for (var i = 0; i < able.Length; i++)
        {
            // The first clients give one row more where the number does not divide.
            var count = _options.Samples / able.Length + (i < _options.Samples % able.Length ? 1 : 0);
            DrawFrom(able[i], count, random.Split("client", i.ToString(CultureInfo.InvariantCulture)), features, labels, cancellationToken);
        }
        return LabeledData.Of(
            [.. features],
            [.. labels],
            new LabeledDataSchema { FeatureShape = [able[0].FeatureLength], ClassCount = able[0].ClassCount }
        );
    }

    private void DrawFrom(
        LabeledData data,
        int count,
        RandomStream random,
        List<float> features,
        List<int> labels,
        CancellationToken cancellationToken
    )
    {
        var (width, classes) = (data.FeatureLength, data.ClassCount);
        using var encoder = nn.Sequential(
            ("hidden", nn.Linear(width + classes, _options.Units)),
            ("relu", nn.ReLU()),
            ("out", nn.Linear(_options.Units, 2 * _options.Latent))
        );
        using var decoder = nn.Sequential(
            ("hidden", nn.Linear(_options.Latent + classes, _options.Units)),
            ("relu", nn.ReLU()),
            ("out", nn.Linear(_options.Units, width))
        );
        Learning.Initializers.Initialize(encoder, random.Split("encoder"));
        Learning.Initializers.Initialize(decoder, random.Split("decoder"));
        using var noise = random.Split("noise").TorchGenerator();
        Train(data, encoder, decoder, random.Split("batches"), noise, cancellationToken);
        var shares = data.ClassCounts().Select(own => (double)own).ToArray();
        var draws = random.Split("draws");
        var chosen = new int[count];
        var z = new float[count * _options.Latent];
        for (var i = 0; i < count; i++)
        {
            chosen[i] = draws.Choice(shares);
        }
        foreach (ref var value in z.AsSpan())
        {
            do
            {
                value = (float)draws.NextGaussian();
            } while (Math.Abs(value) > 3);
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = decoder.forward(cat([tensor(z).reshape(count, _options.Latent), OneHot(chosen, classes)], 1)).sigmoid();
        var (low, high) = _options.Range;
        features.AddRange((rows * (high - low) + low).data<float>().ToArray());
        labels.AddRange(chosen);
    }

    private void Train(
        LabeledData data,
        nn.Module<Tensor, Tensor> encoder,
        nn.Module<Tensor, Tensor> decoder,
        RandomStream random,
        Generator noise,
        CancellationToken cancellationToken
    )
    {
        var order = new Learning.BatchOrder(data.Count, _options.BatchSize, random);
        var x = new float[_options.BatchSize * data.FeatureLength];
        var y = new int[_options.BatchSize];
        using var adam = optim.Adam(encoder.parameters().Concat(decoder.parameters()), 1e-3);
        var (low, high) = _options.Range;
        for (var step = 0; step < _options.Epochs * order.StepsPerEpoch; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chosen = order.Next();
            var size = chosen.Length;
            data.CopyBatch(chosen, x.AsSpan(0, size * data.FeatureLength), y.AsSpan(0, size));
            using var scope = NewDisposeScope();
            var rows = ((tensor(x[..(size * data.FeatureLength)]).reshape(size, data.FeatureLength) - low) / (high - low)).clamp(0, 1);
            var classes = OneHot(y.AsSpan(0, size), data.ClassCount);
            adam.zero_grad();
            var parts = encoder.forward(cat([rows, classes], 1));
            var mean = parts.narrow(1, 0, _options.Latent);
            var logVariance = parts.narrow(1, _options.Latent, _options.Latent);
            var z = mean + (logVariance / 2).exp() * randn(size, _options.Latent, generator: noise);
            var logits = decoder.forward(cat([z, classes], 1));
            var reconstruction = F.binary_cross_entropy_with_logits(logits, rows, reduction: nn.Reduction.Sum);
            var divergence = -0.5 * (1 + logVariance - mean.pow(2) - logVariance.exp()).sum();
            ((reconstruction + _options.Beta * divergence) / size).backward();
            adam.step();
        }
    }

    private static Tensor OneHot(ReadOnlySpan<int> labels, int classes)
    {
        var values = new float[labels.Length * classes];
        for (var i = 0; i < labels.Length; i++)
        {
            values[i * classes + labels[i]] = 1;
        }
        return tensor(values).reshape(labels.Length, classes);
    }
}
