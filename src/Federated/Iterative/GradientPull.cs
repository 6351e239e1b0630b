using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// What a federated optimiser adds to a client's gradient at parameters x: <c>scale x + offset</c>. FedProx, SCAFFOLD and FedDyn are all of this form.
/// </summary>
/// <param name="Scale">The factor of the parameters themselves.</param>
/// <param name="Offset">What is added besides; the layout of the parameters alone, without buffers.</param>
public sealed record GradientPull(double Scale, ParameterVector Offset);
