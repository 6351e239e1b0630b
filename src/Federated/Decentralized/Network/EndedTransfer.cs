using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A transfer that has ended, whole or not.</summary>
/// <param name="Tag">What its starter gave it.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Transferred">What was carried.</param>
/// <param name="Requested">When it was asked for.</param>
/// <param name="Started">When the first byte went; null if none did.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Reallocations">How often it was given more bandwidth.</param>
/// <param name="IsWhole">Whether it arrived.</param>
public readonly record struct EndedTransfer(
    int Tag,
    int From,
    int To,
    long Bytes,
    double Transferred,
    VirtualTime Requested,
    VirtualTime? Started,
    VirtualTime Ended,
    int Reallocations,
    bool IsWhole
);
