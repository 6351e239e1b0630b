namespace ResearchKit.Federated;

/// <summary>What distillation makes small.</summary>
public enum DistillationLoss
{
    /// <summary>T^2 KL(teacher || student) of softmax at temperature T.</summary>
    KullbackLeibler,

    /// <summary>The mean absolute difference of logits, as FedKD does.</summary>
    AbsoluteLogits,
}
