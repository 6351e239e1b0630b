namespace ResearchKit.Experiments;

/// <summary>The native library of tensors.</summary>
/// <param name="Torch">The version of libtorch.</param>
/// <param name="LibstdcxxWay">How it was loaded.</param>
/// <param name="OpenmpThreads">OMP_NUM_THREADS, if set.</param>
/// <param name="IntraOp">The threads of one operation in cells that run beside others.</param>
public sealed record NativeInfo(string Torch, string LibstdcxxWay, string? OpenmpThreads, int IntraOp);
