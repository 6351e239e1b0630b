namespace ResearchKit.Federated;

/// <summary>How the models of the ensemble are made smaller before the server sends them to all clients.</summary>
public enum Quantization
{
    /// <summary>Static: weights in 8 bits, and activations rounded to 8 bits in ranges seen on the client's own proxy rows. The default.</summary>
    Int8Static,

    /// <summary>Weights in 8 bits; activations stay as they are.</summary>
    Int8Weights,

    /// <summary>Not at all.</summary>
    None,
}
