namespace ResearchKit.Data;

/// <summary>Which CIFAR data set a file holds, and which of its labels are taken.</summary>
public enum CifarLabels
{
    /// <summary>CIFAR-10: one label byte, 10 classes.</summary>
    Cifar10,

    /// <summary>CIFAR-100, the second label byte: 100 classes.</summary>
    Cifar100Fine,

    /// <summary>CIFAR-100, the first label byte: 20 superclasses.</summary>
    Cifar100Coarse,
}
