using System.Runtime.InteropServices;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Federated;

/// <summary>
/// Post-training static quantisation: one pass over calibration rows finds the range of every activation, inference rounds activations to 8 bits in these ranges.
/// Plain-code networks round the inputs and the values behind each hidden layer; torch modules the inputs and what their leaves give, the last one's left out.
/// Rounded values are multiplied in float32, which gives the sums of integer arithmetic up to float rounding.
/// </summary>
internal static class StaticQuantization
{
    private const int Batch = 128;

    private delegate void AtLayer(int layer, Span<float> values);

    /// <summary>The ranges on calibration rows, which must never be test rows. Null where the model is of a kind whose layers cannot be seen.</summary>
    public static IReadOnlyList<ActivationRange>? Calibrate(
        IClientModel model,
        ParameterVector parameters,
        LabeledData rows,
        CancellationToken cancellationToken
    )
    {
        List<ActivationRange> ranges = [];
        void See(int layer, Span<float> values)
        {
            while (ranges.Count <= layer)
            {
                ranges.Add(new());
            }
            ranges[layer].See(values);
        }
        return Walk(model, parameters, rows, new float[rows.Count * model.Outputs], See, cancellationToken) ? ranges : null;
    }

    /// <summary>The logits with activations rounded in given ranges.</summary>
    public static void Logits(
        IClientModel model,
        ParameterVector parameters,
        IReadOnlyList<ActivationRange> ranges,
        LabeledData rows,
        Span<float> logits,
        CancellationToken cancellationToken
    )
    {
        var results = new float[logits.Length];
        Walk(model, parameters, rows, results, (layer, values) => ranges[layer].Round(values), cancellationToken);
        results.CopyTo(logits);
    }

    private static bool Walk(
        IClientModel model,
        ParameterVector parameters,
        LabeledData rows,
        float[] results,
        AtLayer atLayer,
        CancellationToken cancellationToken
    )
    {
        switch (model)
        {
            case FlatClientModel { Model: DenseModel dense }:
                WalkDense(dense.Network, parameters, rows, results, atLayer, cancellationToken);
                return true;
            case TorchClientModel torchModel:
                torchModel.WithModule(module =>
                {
                    parameters.CopyTo(module);
                    WalkTorch(torchModel, module, rows, results, atLayer, cancellationToken);
                    return 0;
                });
                return true;
            default:
                return false;
        }
    }

    private static void WalkDense(
        DenseNetwork network,
        ParameterVector parameters,
        LabeledData data,
        float[] results,
        AtLayer atLayer,
        CancellationToken cancellationToken
    )
    {
        var workspace = network.CreateWorkspace(Batch);
        var features = new float[Batch * network.Sizes[0]];
        var labels = new int[Batch];
        var rows = new int[Batch];
        for (var start = 0; start < data.Count; start += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, data.Count - start);
            for (var i = 0; i < count; i++)
            {
                rows[i] = start + i;
            }
            var inputs = features.AsSpan(0, count * network.Sizes[0]);
            data.CopyBatch(rows.AsSpan(0, count), inputs, labels.AsSpan(0, count));
            atLayer(0, inputs);
            var outputs = network.Forward(parameters.Values, inputs, count, workspace, (layer, values) => atLayer(layer + 1, values));
            outputs.CopyTo(results.AsSpan(start * network.Sizes[^1]));
        }
    }

    private static void WalkTorch(
        TorchClientModel model,
        torch.nn.Module<torch.Tensor, torch.Tensor> module,
        LabeledData data,
        float[] results,
        AtLayer atLayer,
        CancellationToken cancellationToken
    )
    {
        var hooks = new List<torch.nn.Module<torch.Tensor, torch.Tensor>.HookRemover>();
        torch.nn.Module<torch.Tensor, torch.Tensor>[] leaves =
        [
            .. module.modules().OfType<torch.nn.Module<torch.Tensor, torch.Tensor>>().Where(leaf => !leaf.children().Any()),
        ];
        try
        {
            for (var i = 0; i < leaves.Length; i++)
            {
                var layer = i;
                hooks.Add(
                    leaves[i]
                        .register_forward_pre_hook(
                            (_, input) =>
                            {
                                AtInput(input, layer, atLayer);
                                return input;
                            }
                        )
                );
            }
            model.LogitsOf(module, data, results, cancellationToken);
        }
        finally
        {
            hooks.ForEach(hook => hook.remove());
        }
    }

    // What a leaf receives is rounded in place: the tensor is an input that was copied, or what another leaf gave and nobody keeps.
    private static void AtInput(torch.Tensor input, int layer, AtLayer atLayer)
    {
        if (input.device_type == DeviceType.CPU && input.is_contiguous() && input.dtype == torch.ScalarType.Float32)
        {
            atLayer(layer, MemoryMarshal.Cast<byte, float>(input.bytes));
            return;
        }
        using var host = input.to(torch.float32).cpu().contiguous();
        atLayer(layer, MemoryMarshal.Cast<byte, float>(host.bytes));
        input.copy_(host);
    }
}
