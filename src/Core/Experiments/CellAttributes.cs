namespace ResearchKit.Experiments;

/// <summary>On a cell record: the cell measures wall-clock time, so it runs alone, with pinned threads, on a quiet machine.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TimingAttribute : Attribute
{
    /// <summary>Repetitions that are not counted. Default 3.</summary>
    public int WarmUp { get; init; } = 3;

    /// <summary>Repetitions that are counted. Default 10.</summary>
    public int Repeats { get; init; } = 10;
}

/// <summary>On a cell record: deterministic, but must not share the process (the global torch generator, native state).</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExclusiveAttribute : Attribute;

/// <summary>On a cell record: the memory one cell takes, for example <c>4 GiB</c>; a hint for launchers.</summary>
/// <param name="size">The size, as <see cref="Storage.ByteSize"/> reads it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MemoryAttribute(string size) : Attribute
{
    /// <summary>The size.</summary>
    public string Size { get; } = size;
}

/// <summary>On a cell record: how long one cell takes, for example <c>00:02:00</c>; a hint for launchers.</summary>
/// <param name="duration">The duration as <c>hh:mm:ss</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DurationAttribute(string duration) : Attribute
{
    /// <summary>The duration as <c>hh:mm:ss</c>.</summary>
    public string Duration { get; } = duration;
}

/// <summary>
/// On a cell record: what every cell of this kind needs: <c>cuda</c>, or <c>data:NAME</c> of the catalogue. Where it is not here the cell is skipped with the reason.
/// Cells that differ in what they need implement <see cref="ICellNeeds"/>.
/// </summary>
/// <param name="needs">The resources.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params string[] needs) : Attribute
{
    /// <summary>The resources.</summary>
    public IReadOnlyList<string> Needs { get; } = needs;
}
