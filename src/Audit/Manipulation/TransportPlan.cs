namespace ResearchKit.Audit;

/// <summary>What <see cref="LabelTransport"/> flips.</summary>
/// <param name="Barycentre">The common selection rate that is aimed at.</param>
/// <param name="Up0">Flips from 0 to 1 in group 0.</param>
/// <param name="Down0">Flips from 1 to 0 in group 0.</param>
/// <param name="Up1">Flips from 0 to 1 in group 1.</param>
/// <param name="Down1">Flips from 1 to 0 in group 1.</param>
public sealed record TransportPlan(double Barycentre, int Up0, int Down0, int Up1, int Down1);
