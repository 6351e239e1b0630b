using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Federated;

/// <summary>Many dense networks of the same sizes as one differentiable function: features (rows x inputs) to logits (rows x clients x outputs). For methods that need gradients by the input.</summary>
internal sealed class TorchEnsemble : IDisposable
{
    private readonly torch.Tensor[] _weights;
    private readonly torch.Tensor[] _biases;

    public TorchEnsemble(DenseModel model, IReadOnlyList<ParameterVector> clients)
    {
        Torch.EnsureLoaded();
        var layers = model.Network.Sizes.Count - 1;
        _weights = new torch.Tensor[layers];
        _biases = new torch.Tensor[layers];
        for (var layer = 0; layer < layers; layer++)
        {
            var (width, units) = (model.Network.Sizes[layer], model.Network.Sizes[layer + 1]);
            var name = layer.ToString(System.Globalization.CultureInfo.InvariantCulture);
            float[] weights = [.. clients.SelectMany(client => client.Slice($"{name}.weight").ToArray())];
            float[] biases = [.. clients.SelectMany(client => client.Slice($"{name}.bias").ToArray())];
            using var flat = torch.tensor(weights);
            using var stacked = flat.reshape(clients.Count, units, width);
            _weights[layer] = stacked.transpose(1, 2).contiguous();
            using var bias = torch.tensor(biases);
            _biases[layer] = bias.reshape(clients.Count, 1, units);
        }
    }

    /// <summary>rows x clients x outputs. Hidden layers are rectified.</summary>
    public torch.Tensor Forward(torch.Tensor rows)
    {
        var x = rows.unsqueeze(0);
        for (var layer = 0; layer < _weights.Length; layer++)
        {
            x = torch.matmul(x, _weights[layer]) + _biases[layer];
            x = layer < _weights.Length - 1 ? x.relu() : x;
        }
        return x.transpose(0, 1);
    }

    public void Dispose()
    {
        foreach (var tensor in _weights.Concat(_biases))
        {
            tensor.Dispose();
        }
    }
}
