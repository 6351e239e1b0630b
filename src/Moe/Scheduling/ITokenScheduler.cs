namespace ResearchKit.Moe;

/// <summary>
/// Decides which rank computes which tokens. All ranks know all counts, and each computes the schedule for itself: it must be a pure, deterministic function of counts and placement.
/// The implementations of the library are listed in <see cref="TokenSchedulers"/>.
/// </summary>
public interface ITokenScheduler : INamed
{
    /// <summary>Whether every token is computed, whatever the counts.</summary>
    bool IsLossless { get; }

    /// <summary>How weights come to a rank that computes tokens of an expert it does not hold.</summary>
    ExpertTransfer Transfer { get; }

    /// <summary>Plans into a schedule that may have been used before.</summary>
    /// <param name="counts">C[g, e].</param>
    /// <param name="placement">Which rank holds which expert.</param>
    /// <param name="schedule">Takes S[g, e, r].</param>
    /// <exception cref="ArgumentException">Counts and placement are of different sizes.</exception>
    void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule);
}
