using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Federated;

/// <summary>
/// The gate of the mixtures of experts, a LeNet on 3 x 32 x 32: conv 3-6 k5, ReLU, pool 2, conv 6-16 k5, ReLU, pool 2, 400-120, ReLU, dropout 0.5, 120-84, ReLU, 84-outputs.
/// </summary>
internal sealed class ExpertGate : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _layers;

    public ExpertGate(int outputs)
        : base(nameof(ExpertGate))
    {
        _layers = nn.Sequential(
            ("conv1", nn.Conv2d(3, 6, 5)),
            ("relu1", nn.ReLU()),
            ("pool1", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(6, 16, 5)),
            ("relu2", nn.ReLU()),
            ("pool2", nn.MaxPool2d(2)),
            ("flatten", nn.Flatten()),
            ("fc1", nn.Linear(400, 120)),
            ("relu3", nn.ReLU()),
            ("dropout", nn.Dropout(0.5)),
            ("fc2", nn.Linear(120, 84)),
            ("relu4", nn.ReLU()),
            ("fc3", nn.Linear(84, outputs))
        );
        RegisterComponents();
    }

    public override Tensor forward(Tensor images) => _layers.forward(images);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _layers.Dispose();
        }
        base.Dispose(disposing);
    }
}
