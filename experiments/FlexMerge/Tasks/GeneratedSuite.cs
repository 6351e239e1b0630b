using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>
/// Eight tasks and three pre-training sets, each a world of its own of low-frequency prototypes: classes differ from task to task, the make of the images does not. So a common base knows something of every
/// task, and fine-tuning adds what is the task's own: what the paper relies on.
/// </summary>
internal static class GeneratedSuite
{
    private static readonly SyntheticImagesOptions World = new()
    {
        Classes = 10,
        Channels = 1,
        Height = 28,
        Width = 28,
        Prototypes = 2,
        Waves = 4,
        HighestFrequency = 3,
        MaxShift = 2,
        FlipProbability = 0,
        Noise = 2,
        StyleScale = 0,
    };

    public static TaskSuite Draw(int images)
    {
        LabeledData[] pretraining =
        [
            .. Enumerable.Range(0, 3).Select(i => Of(Stream("pretraining", i)).Generate(2000, Stream("pretraining", i).Split("rows"))),
        ];
        ImageTask[] tasks =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(i =>
                {
                    SyntheticImages world = Of(Stream("task", i));
                    return new ImageTask(
                        $"world-{i + 1}",
                        world.Generate(images, Stream("task", i).Split("train")),
                        world.Generate(1000, Stream("task", i).Split("test"))
                    );
                }),
        ];
        return new TaskSuite(pretraining, tasks);
    }

    private static SyntheticImages Of(RandomStream stream) => new(stream, World);

    private static RandomStream Stream(string kind, int number) =>
        RandomStream.Named("flexmerge", "generated", kind, number.ToString(CultureInfo.InvariantCulture));
}
