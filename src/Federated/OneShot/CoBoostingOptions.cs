namespace ResearchKit.Federated;

/// <summary>Co-Boosting's settings; the defaults are those of its code (rong-dai/Co-Boosting).</summary>
public sealed record CoBoostingOptions
{
    /// <summary>The epochs: one batch is made, and the student goes once through all, in each (default 200).</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Steps of the generator in an epoch (default 30).</summary>
    public int GeneratorSteps { get; init; } = 30;

    /// <summary>The rows of a made batch (default 128).</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The generator's noise (default 256).</summary>
    public int NoiseDimension { get; init; } = 256;

    /// <summary>The generator's hidden units (default 128: for vectors; for images the code has 64 filters).</summary>
    public int GeneratorUnits { get; init; } = 128;

    /// <summary>The weight of the adversarial part of the generator's loss (default 1).</summary>
    public double Adversarial { get; init; } = 1;

    /// <summary>How far a weight moves at first (default 0.01); it shrinks by 1 % an epoch.</summary>
    public double WeightStep { get; init; } = 0.01;

    /// <summary>How far a made row is moved towards a random direction of the ensemble's output, in units of the range of features (default 8/255).</summary>
    public double Perturbation { get; init; } = 8.0 / 255;

    /// <summary>The student's learning rate, which falls to 0 by a cosine (default 0.01).</summary>
    public double StudentRate { get; init; } = 0.01;

    /// <summary>The range of features; pixels are from 0 to 1.</summary>
    public (double Low, double High) Range { get; init; } = (0, 1);
}
