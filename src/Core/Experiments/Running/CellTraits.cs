using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>What a cell asks of the machine, by the attributes of its record.</summary>
public sealed class CellTraits
{
    private static readonly ConditionalWeakTable<Type, CellTraits> Known = [];

    private readonly IReadOnlyList<string> needs;

    private CellTraits(Type cell)
    {
        Timing = cell.GetCustomAttribute<TimingAttribute>();
        IsExclusive = cell.IsDefined(typeof(ExclusiveAttribute));
        needs = cell.GetCustomAttribute<NeedsAttribute>()?.Needs ?? [];
        Memory = cell.GetCustomAttribute<MemoryAttribute>() is { } memory
            ? ByteSize.Parse(memory.Size, CultureInfo.InvariantCulture)
            : null;
        Duration = cell.GetCustomAttribute<DurationAttribute>() is { } duration
            ? TimeSpan.ParseExact(duration.Duration, "c", CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Set if the cells measure wall-clock time.</summary>
    public TimingAttribute? Timing { get; }

    /// <summary>Whether a cell must not share the process.</summary>
    public bool IsExclusive { get; }

    /// <summary>Whether a cell runs alone, for either reason.</summary>
    public bool RunsAlone => IsExclusive || Timing is not null;

    /// <summary>The memory one cell takes, if known.</summary>
    public ByteSize? Memory { get; }

    /// <summary>How long one cell takes, if known.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>Reads the attributes of a cell's record.</summary>
    /// <param name="cell">The cell.</param>
    /// <exception cref="FormatException">A size or a duration is not written as its attribute says.</exception>
    public static CellTraits Of(object cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Known.GetValue(cell.GetType(), t => new CellTraits(t));
    }

    /// <summary>What one cell needs: that of its kind, and what it says itself.</summary>
    /// <param name="cell">The cell.</param>
    public static IReadOnlyList<string> NeedsOf(object cell)
    {
        IReadOnlyList<string> needs = Of(cell).needs;
        return cell is ICellNeeds own ? [.. needs.Concat(own.Needs()).Distinct()] : needs;
    }
}
