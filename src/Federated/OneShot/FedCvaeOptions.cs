namespace ResearchKit.Federated;

/// <summary>FedCVAE-Ens's settings; the defaults are those of its code for CIFAR-10 (ceh-2000/fed_cvae) but for the size of the latent space, which the caller fits to the data.</summary>
public sealed record FedCvaeOptions
{
    /// <summary>The dimension of z (default 10).</summary>
    public int Latent { get; init; } = 10;

    /// <summary>Hidden units of encoder and decoder (default 64).</summary>
    public int Units { get; init; } = 64;

    /// <summary>Epochs of each client (default 100).</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>The rows of a batch (default 16).</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The weight of the divergence from the prior (default 1).</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Rows that the server draws from all decoders together (default 7,500).</summary>
    public int Samples { get; init; } = 7500;

    /// <summary>The range of features, mapped to 0 to 1 for the loss.</summary>
    public (double Low, double High) Range { get; init; } = (0, 1);
}
