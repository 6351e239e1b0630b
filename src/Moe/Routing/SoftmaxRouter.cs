using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>
/// The router of real models: softmax of x Wg^T, the k largest (ties: the lowest expert). With k = 1 the output is multiplied by the winning probability, as Switch does; HarMoEny's authors use that for
/// every model.
/// </summary>
public sealed class SoftmaxRouter : IRouter, IDisposable
{
    private readonly torch.Tensor _gate;
    private readonly bool _normalise;

    /// <summary>A router.</summary>
    /// <param name="gate">[E, d]; copied.</param>
    /// <param name="topK">k, at most E. Default 1.</param>
    /// <param name="normalise">Whether the k probabilities are divided by their sum. Default false.</param>
    /// <exception cref="ArgumentException">The gate is no matrix, or k is out of range.</exception>
    public SoftmaxRouter(torch.Tensor gate, int topK = 1, bool normalise = false)
    {
        ArgumentNullException.ThrowIfNull(gate);
        if (gate.shape is not [> 0 and var experts, > 0])
        {
            throw new ArgumentException($"The gate is a matrix of experts x width, not [{string.Join(", ", gate.shape)}].", nameof(gate));
        }

        if (topK < 1 || topK > experts)
        {
            throw new ArgumentOutOfRangeException(nameof(topK), topK, $"A token goes to 1 to {experts} experts.");
        }

        using torch.Tensor detached = gate.detach();
        _gate = detached.clone().DetachFromDisposeScope();
        (Experts, TopK, _normalise) = ((int)experts, topK, normalise);
    }

    /// <inheritdoc/>
    public string Name => "softmax";

    /// <inheritdoc/>
    public int Experts { get; }

    /// <inheritdoc/>
    public int TopK { get; }

    /// <inheritdoc/>
    public void Route(torch.Tensor input, TokenRouting routing)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(routing);
        if (input.shape is not [var tokens, var width] || width != _gate.shape[1] || input.dtype != _gate.dtype)
        {
            throw new ArgumentException(
                $"Tokens are [tokens, {_gate.shape[1]}] of {_gate.dtype}, not [{string.Join(", ", input.shape)}] of {input.dtype}.",
                nameof(input)
            );
        }

        routing.Resize((int)tokens, TopK);
        if (tokens == 0)
        {
            return;
        }

        using var scope = torch.NewDisposeScope();
        double[] scores = input.matmul(_gate.t()).to(torch.float64).cpu().contiguous().data<double>().ToArray();
        double[] probabilities = new double[Experts];
        for (int token = 0; token < tokens; token++)
        {
            Softmax(scores.AsSpan(token * Experts, Experts), probabilities, token);
            Choose(probabilities, routing.Experts.Slice(token * TopK, TopK), routing.Weights.Slice(token * TopK, TopK));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private static void Softmax(ReadOnlySpan<double> scores, Span<double> probabilities, int token)
    {
        double largest = double.NegativeInfinity;
        for (int expert = 0; expert < scores.Length; expert++)
        {
            if (!double.IsFinite(scores[expert]))
            {
                throw new ResearchKitException(
                    MoeErrors.GateNotFinite,
                    $"The router's score of token {token} for expert {expert} is {scores[expert]}.",
                    "Look for NaN or infinity in the token's features or in the gate's weights."
                );
            }

            largest = Math.Max(largest, scores[expert]);
        }

        double sum = 0;
        for (int expert = 0; expert < scores.Length; expert++)
        {
            sum += probabilities[expert] = Math.Exp(scores[expert] - largest);
        }

        foreach (ref double probability in probabilities)
        {
            probability /= sum;
        }
    }

    private void Choose(Span<double> probabilities, Span<int> experts, Span<double> weights)
    {
        double sum = 0;
        for (int i = 0; i < TopK; i++)
        {
            int best = 0;
            for (int expert = 1; expert < probabilities.Length; expert++)
            {
                best = probabilities[expert] > probabilities[best] ? expert : best;
            }

            (experts[i], weights[i]) = (best, probabilities[best]);
            sum += weights[i];
            probabilities[best] = -1;
        }

        if (_normalise)
        {
            foreach (ref double weight in weights)
            {
                weight /= sum;
            }
        }
    }
}
