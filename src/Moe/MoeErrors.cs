namespace ResearchKit.Moe;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class MoeErrors
{
    /// <summary>Another rank failed, was cancelled or died.</summary>
    public const string RankFailed = "RK6001";

    /// <summary>Ranks do not agree on what they exchange, or one did not answer in time.</summary>
    public const string RanksDisagree = "RK6002";

    /// <summary>MPI is not installed, or the program was not started by mpirun.</summary>
    public const string MpiMissing = "RK6003";

    /// <summary>A call of MPI failed.</summary>
    public const string MpiFailed = "RK6004";

    /// <summary>The router's scores are not finite.</summary>
    public const string GateNotFinite = "RK6005";

    /// <summary>The solver found no placement or schedule in the time given.</summary>
    public const string NoSolution = "RK6006";

    /// <summary>A cluster file, a trace or a placement does not fit the model.</summary>
    public const string TraceMismatch = "RK6007";
}
