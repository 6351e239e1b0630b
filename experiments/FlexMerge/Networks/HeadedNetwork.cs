using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>A backbone under a frozen head, as CLIP's text heads are: cosine with a prototype of each class, times a temperature.</summary>
internal sealed class HeadedNetwork : nn.Module<Tensor, Tensor>
{
    private const double Temperature = 20;

    private readonly Backbone backbone;
    private readonly Func<Tensor> _prototypes;

    /// <param name="backbone">The backbone; stays the caller's.</param>
    /// <param name="prototypes">classes x width, of unit length; stays the caller's, and is no parameter.</param>
    public HeadedNetwork(Backbone backbone, Tensor prototypes)
        : base("headed")
    {
        this.backbone = backbone;
        _prototypes = () => prototypes;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor features = nn.functional.normalize(backbone.forward(input), dim: 1);
        return features.matmul(_prototypes().t()).mul(Temperature).MoveToOuterDisposeScope();
    }
}

/// <summary>A backbone under a linear head over the classes of all pre-training sets.</summary>
internal sealed class PretrainingNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Backbone backbone;
    private readonly Linear head;

    public PretrainingNetwork(Backbone backbone, int classes)
        : base("pretraining")
    {
        this.backbone = backbone;
        head = nn.Linear(backbone.Width, classes);
        RegisterComponents();
    }

    public Linear Head => head;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return head.forward(backbone.forward(input)).MoveToOuterDisposeScope();
    }
}
