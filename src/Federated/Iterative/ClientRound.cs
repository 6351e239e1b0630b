using System.Globalization;
using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>A client's memory from round to round: made once, when it takes part first.</summary>
internal sealed class ClientRound
{
    public ParameterVector? Parameters { get; private set; }

    public double[]? Offset { get; set; }

    public ParameterVector? OffsetVector { get; set; }

    public GradientPull? Pull { get; set; }

    public LocalResult Training { get; set; }

    public double[] Result { get; private set; } = [];

    public long BytesUp { get; set; }

    public ClientFailedException? Failure { get; set; }

    /// <summary>Takes the global parameters; its own buffers stay where they are local.</summary>
    public void Prepare(ParameterLayout layout, BatchNormMode batchNorm, ParameterVector global, int parameters)
    {
        if (Parameters is null)
        {
            Parameters = new ParameterVector(layout);
            Parameters.CopyFrom(global);
            Result = new double[parameters];
            return;
        }
        var length = batchNorm == BatchNormMode.Average ? layout.Length : parameters;
        global.Values[..length].CopyTo(Parameters.Values);
    }

    /// <summary>Makes what is sent of what was learned.</summary>
    public void Finish(double[] start, ParameterVector global, IReadOnlyList<IUpdateFilter> filters, RandomStream random, int exchanged)
    {
        var own = Parameters!.Values[..start.Length];
        if (filters.Count == 0)
        {
            TensorPrimitives.ConvertTruncating<float, double>(own, Result);
            BytesUp = ModelMessage.SizeOf(exchanged);
            return;
        }
        var difference = new float[start.Length];
        TensorPrimitives.Subtract(own, global.Values[..start.Length], difference);
        var update = new UpdateBuffer(difference);
        for (var i = 0; i < filters.Count; i++)
        {
            filters[i].Apply(update, random.Split(i.ToString(CultureInfo.InvariantCulture)));
        }
        for (var i = 0; i < start.Length; i++)
        {
            Result[i] = start[i] + difference[i];
        }
        BytesUp = ModelMessage.HeaderBytes + update.Bytes + sizeof(float) * (long)(exchanged - start.Length);
    }
}
