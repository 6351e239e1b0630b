namespace ResearchKit.Watermark;

/// <summary>One coefficient of the spectrum that carries a value of the key: the smallest member of an orbit, and the phase of its wave.</summary>
/// <param name="U">The frequency of the first index, 0..M-1.</param>
/// <param name="V">The frequency of the second index, 0..M-1.</param>
/// <param name="Phase">The phase of the wave in radians, 0 for a scheme without phases.</param>
public readonly record struct Carrier(int U, int V, double Phase = 0);
