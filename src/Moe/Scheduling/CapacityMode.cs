namespace ResearchKit.Moe;

/// <summary>How DeepSpeed-MoE finds the number of rows an expert takes from each rank.</summary>
public enum CapacityMode
{
    /// <summary>c = max(ceil(T / E x factor), least): later tokens are dropped (<c>drop_tokens</c>).</summary>
    CapacityFactor,

    /// <summary>c = the largest count of any rank and expert: nothing is dropped.</summary>
    MaxCount,

    /// <summary>As <see cref="MaxCount"/>, but at most <see cref="CapacityOptions.Cap"/>, as HarMoEny's comparison sets it: drops silently beyond.</summary>
    MaxCountCapped,
}
