using ResearchKit.Numerics;
using TorchSharp;
using TorchSharp.Modules;

namespace ResearchKit.Rag;

/// <summary>The router's network for training: two hidden layers with layer normalisation, ReLU and dropout, one logit. Dropout draws its masks from a stream, not from torch's global generator.</summary>
internal sealed class RouterNetwork : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear fc1;
    private readonly LayerNorm ln1;
    private readonly Linear fc2;
    private readonly LayerNorm ln2;
    private readonly Linear fc3;
    private readonly double _dropout;
    private readonly RandomStream _masks;

    public RouterNetwork(int inputs, int hidden1, int hidden2, double dropout, RandomStream masks)
        : base(nameof(RouterNetwork))
    {
        fc1 = torch.nn.Linear(inputs, hidden1);
        ln1 = torch.nn.LayerNorm(hidden1);
        fc2 = torch.nn.Linear(hidden1, hidden2);
        ln2 = torch.nn.LayerNorm(hidden2);
        fc3 = torch.nn.Linear(hidden2, 1);
        (_dropout, _masks) = (dropout, masks);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor input)
    {
        using torch.Tensor first = Layer(fc1, ln1, input);
        using torch.Tensor second = Layer(fc2, ln2, first);
        return fc3.forward(second);
    }

    /// <summary>The mean binary cross-entropy of logits (n x 1) and labels (n); positive pairs count so many times.</summary>
    public static torch.Tensor Loss(torch.Tensor logits, torch.Tensor labels, torch.Tensor? positiveWeight)
    {
        using torch.Tensor targets = labels.to(torch.float32);
        using torch.Tensor flat = logits.reshape(-1);
        return torch.nn.functional.binary_cross_entropy_with_logits(flat, targets, pos_weights: positiveWeight);
    }

    private torch.Tensor Layer(Linear linear, LayerNorm norm, torch.Tensor input)
    {
        using torch.Tensor sums = linear.forward(input);
        using torch.Tensor normal = norm.forward(sums);
        torch.Tensor active = torch.nn.functional.relu(normal);
        if (!training || _dropout == 0)
        {
            return active;
        }
        float[] mask = new float[active.numel()];
        _masks.Fill(mask.AsSpan());
        float kept = (float)(1 / (1 - _dropout));
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = mask[i] < _dropout ? 0 : kept;
        }
        using torch.Tensor host = torch.tensor(mask, active.shape);
        using torch.Tensor factors = host.to(active.device);
        using (active)
        {
            return active * factors;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            fc1.Dispose();
            ln1.Dispose();
            fc2.Dispose();
            ln2.Dispose();
            fc3.Dispose();
        }
        base.Dispose(disposing);
    }
}
