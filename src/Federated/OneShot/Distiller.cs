using System.Numerics.Tensors;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// Teaches a student the logits of a teacher on rows without labels: what FedKD, FedDF and distilled FENS have in common. Students are plain-code models.
/// </summary>
/// <param name="options">How; the defaults if null.</param>
public sealed class Distiller(DistillationOptions? options = null)
{
    private readonly DistillationOptions _options = options ?? new();

    /// <summary>Teaches.</summary>
    /// <param name="student">The student's model.</param>
    /// <param name="parameters">Its first parameters; changed.</param>
    /// <param name="rows">The rows; labels are not looked at.</param>
    /// <param name="teacher">The teacher's logits: rows x outputs.</param>
    /// <param name="random">Decides batches.</param>
    /// <param name="cancellationToken">Cancels before each step.</param>
    /// <returns>The parameters of the chosen state.</returns>
    /// <exception cref="ArgumentException">There is no row, or the numbers of logits do not fit.</exception>
    public ParameterVector Teach(
        FlatClientModel student,
        ParameterVector parameters,
        LabeledData rows,
        ReadOnlyMemory<float> teacher,
        RandomStream random,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(random);
        var outputs = student.Outputs;
        if (rows.Count == 0 || teacher.Length != rows.Count * outputs)
        {
            throw new ArgumentException(
                $"{teacher.Length} logits of the teacher do not fit {rows.Count} rows of {outputs}.",
                nameof(teacher)
            );
        }
        var batch = Math.Min(_options.BatchSize, rows.Count);
        var order = new Learning.BatchOrder(rows.Count, batch, random);
        var pass = student.Model.CreatePass(batch);
        var optimizer = new FlatOptimizer(_options.Optimizer, student.Layout.Length);
        var inputs = new float[batch * rows.FeatureLength];
        var labels = new int[batch];
        var gradients = new float[batch * outputs];
        var gradient = new float[student.Layout.Length];
        var choice = _options.Validation is null ? null : new Choice(student, _options.Validation);
        for (var step = 0; step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chosen = order.Next();
            var x = inputs.AsSpan(0, chosen.Length * rows.FeatureLength);
            rows.CopyBatch(chosen, x, labels.AsSpan(0, chosen.Length));
            var logits = pass.Forward(parameters.Values, x, chosen.Length);
            for (var i = 0; i < chosen.Length; i++)
            {
                Gradient(
                    logits.Slice(i * outputs, outputs),
                    teacher.Span.Slice(chosen[i] * outputs, outputs),
                    gradients.AsSpan(i * outputs, outputs),
                    chosen.Length
                );
            }
            pass.Backward(parameters.Values, x, chosen.Length, gradients.AsSpan(0, chosen.Length * outputs), gradient);
            optimizer.Step(parameters.Values, gradient, _options.Schedule.At(new(step, step / order.StepsPerEpoch, order.StepsPerEpoch)));
            if (choice is not null && ((step + 1) % _options.ValidateEvery == 0 || step + 1 == _options.Steps))
            {
                choice.See(parameters, step, cancellationToken);
                if (_options.Patience is { } patience && step - choice.Step >= patience)
                {
                    break;
                }
            }
        }
        return choice?.Best ?? parameters;
    }

    /// <summary>The gradient of the loss of one row by the student's logits, divided by the rows of the batch.</summary>
    private void Gradient(ReadOnlySpan<float> student, ReadOnlySpan<float> teacher, Span<float> gradient, int rows)
    {
        if (_options.Loss == DistillationLoss.AbsoluteLogits)
        {
            for (var k = 0; k < gradient.Length; k++)
            {
                gradient[k] = MathF.Sign(student[k] - teacher[k]) / (float)(rows * gradient.Length);
            }
            return;
        }
        // T^2 times 1/T (softmax(s/T) - softmax(t/T)).
        var t = (float)_options.Temperature;
        Span<float> target = stackalloc float[gradient.Length];
        TensorPrimitives.Divide(student, t, gradient);
        TensorPrimitives.Divide(teacher, t, target);
        if (gradient.Length == 1)
        {
            gradient[0] = t / rows * (1 / (1 + MathF.Exp(-gradient[0])) - 1 / (1 + MathF.Exp(-target[0])));
            return;
        }
        TensorPrimitives.SoftMax(gradient, gradient);
        TensorPrimitives.SoftMax(target, target);
        TensorPrimitives.Subtract(gradient, target, gradient);
        TensorPrimitives.Multiply(gradient, t / rows, gradient);
    }

    private sealed class Choice(FlatClientModel student, LabeledData validation)
    {
        private readonly float[] _logits = new float[validation.Count * student.Outputs];
        private int _correct = -1;

        public ParameterVector? Best { get; private set; }

        public int Step { get; private set; }

        public void See(ParameterVector parameters, int step, CancellationToken cancellationToken)
        {
            student.Logits(parameters, validation, _logits, cancellationToken);
            var correct = Predictions.Correct(_logits, student.Outputs, validation.Labels);
            if (correct > _correct)
            {
                (_correct, Step) = (correct, step);
                Best ??= parameters.Clone();
                Best.CopyFrom(parameters);
            }
        }
    }
}
