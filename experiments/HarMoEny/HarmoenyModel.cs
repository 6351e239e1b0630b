using ResearchKit.Moe;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>A model on the authors' machine: sizes, ranks, programs, and the batch at which a balanced system runs.</summary>
internal sealed record HarmoenyModel(string Name, MoeModel Model, int Ranks, EngineProfile Engine, EngineProfile FastMoe, int Batch)
{
    public const int SequenceLength = 1024;

    public static HarmoenyModel Switch { get; } =
        new("switch", MoeModel.Switch(), 8, EngineProfile.SwitchHarmoeny, EngineProfile.SwitchFastMoe, 64);

    public static HarmoenyModel Qwen { get; } = new("qwen", MoeModel.Qwen, 6, EngineProfile.QwenHarmoeny, EngineProfile.QwenFastMoe, 32);

    public static IReadOnlyList<HarmoenyModel> All { get; } = [Switch, Qwen];

    public static HarmoenyModel Named(string name) =>
        All.FirstOrDefault(model => model.Name == name)
        ?? throw new ArgumentException(
            $"There is no model '{name}'; there are {string.Join(", ", All.Select(m => m.Name))}.",
            nameof(name)
        );

    public ClusterSpec Cluster(EngineProfile? engine = null) => ClusterSpec.Dgx1V100(engine ?? Engine, Ranks);
}
