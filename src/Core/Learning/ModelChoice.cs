namespace ResearchKit.Learning;

/// <summary>Which state of the model a training ends with.</summary>
public enum ModelChoice
{
    /// <summary>That after the last step.</summary>
    Last,

    /// <summary>That after the epoch of the best accuracy on the validation data; the first of equals.</summary>
    BestAccuracy,

    /// <summary>That after the epoch of the smallest loss on the validation data; the first of equals.</summary>
    BestLoss,
}
