using System.Globalization;
using ResearchKit;
using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

// RunnerHost <store> <run to resume, or "new"> <jobs> [Name=value ...]: one run in a process of its own, for tests that kill it or run two of it.
RunRequest request = new()
{
    Experiment = new Grid(),
    Resume = args[1] == "new" ? null : args[1],
    Jobs = int.Parse(args[2], CultureInfo.InvariantCulture),
    Options = OptionsBinder.Bind(new Grid().For(Scale.Quick), args[3..]),
};
try
{
    ExperimentResult result = await new ExperimentRunner(new RunStore(args[0])).RunAsync(request);
    Console.WriteLine(result.RunId);
    return result.State == RunOutcome.Complete ? 0 : 1;
}
catch (ResearchKitException e)
{
    Console.Error.WriteLine($"{e.Code}: {e.Message} {e.Remedy}");
    return 3;
}
