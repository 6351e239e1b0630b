namespace ResearchKit.Federated.Tests.Iterative;

/// <summary>A client with the loss 0.5 (x - centre)^T diag(curvature) (x - centre), in double precision.</summary>
internal static class QuadraticClient
{
    public static double[] Train(
        IFederatedOptimizer optimizer,
        ServerState state,
        int client,
        double[] curvature,
        double[] centre,
        int steps,
        double rate,
        double momentum = 0
    )
    {
        var x = (double[])state.Parameters.Clone();
        var offset = new double[x.Length];
        var scale = optimizer.Pulls ? optimizer.Pull(state, client, offset) : 0;
        var buffer = new double[x.Length];
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var gradient = curvature[i] * (x[i] - centre[i]) + scale * x[i] + offset[i];
                buffer[i] = momentum * buffer[i] + gradient;
                x[i] -= rate * buffer[i];
            }
        }
        return x;
    }
}
