namespace ResearchKit.Federated;

/// <summary>Which state of its training a client uploads.</summary>
public enum LocalSelection
{
    /// <summary>That after the last epoch. The default.</summary>
    LastEpoch,

    /// <summary>That after the epoch which is best on a part of the client's own training rows, kept aside for it. Never test rows.</summary>
    BestOnValidation,
}
