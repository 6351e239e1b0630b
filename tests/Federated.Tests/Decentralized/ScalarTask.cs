using ResearchKit.Federated.Decentralized;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.Decentralized;

/// <summary>The model is one number; each training of node i adds i + 1. So who was averaged can be read off the values.</summary>
internal sealed class ScalarTask(int nodes) : ILearningTask
{
    public object InitialModel => 0.0;

    public int Nodes => nodes;

    public long ModelBytes => 8;

    public int RowsOf(int node) => 1;

    public object Train(int node, object model, int steps, RandomStream random, CancellationToken cancellationToken) =>
        (double)model + node + 1;

    public object Average(IReadOnlyList<object> models, IReadOnlyList<double> weights)
    {
        double sum = 0;
        for (int i = 0; i < models.Count; i++)
        {
            sum += weights[i] * (double)models[i];
        }

        return sum;
    }

    public bool IsSound(object model) => double.IsFinite((double)model);

    public ModelQuality Evaluate(object model, CancellationToken cancellationToken) => new((double)model, 0);

    public void Write(object model, Stream to) => to.Write(BitConverter.GetBytes((double)model));

    public object Read(Stream from)
    {
        byte[] bytes = new byte[8];
        from.ReadExactly(bytes);
        return BitConverter.ToDouble(bytes);
    }
}
