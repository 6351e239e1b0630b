namespace ResearchKit.Merge;

/// <summary>Checks of the tasks' names.</summary>
internal static class TaskNames
{
    public static void Check(IReadOnlyList<string> tasks)
    {
        if (tasks.Count < 2)
        {
            throw new ArgumentException(
                $"{tasks.Count} task is given ({string.Join(", ", tasks)}); merging takes at least 2.",
                nameof(tasks)
            );
        }
        if (tasks.FirstOrDefault(name => string.IsNullOrWhiteSpace(name) || name.AsSpan().ContainsAny("@/\\\n")) is { } bad)
        {
            throw new ArgumentException(
                $"\"{bad}\" is no task's name: it must not be empty or hold @, a slash or a line feed.",
                nameof(tasks)
            );
        }
        string[] twice =
        [
            .. tasks.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key),
        ];
        if (twice.Length > 0)
        {
            throw new ArgumentException($"Task names must differ; given twice: {string.Join(", ", twice)}.", nameof(tasks));
        }
    }
}
