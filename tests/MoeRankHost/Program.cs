using ResearchKit.Moe;
using ResearchKit.Moe.RankHost;

// A rank that mpirun starts: says on one line what it computed, or why it stopped.
RankGroupOptions options = new()
{
    ThreadsPerRank = 1,
    Patience = TimeSpan.FromSeconds(20),
    LargestMessageBytes = args[0] == "parts" ? 1000 : 1 << 30,
};
try
{
    await MpiCollectives.RunAsync((ranks, token) => RankProgram.RunAsync(args[0], ranks, token), options);
    return 0;
}
catch (ResearchKit.ResearchKitException e)
{
    Console.WriteLine($"stopped {e.Code} {e.Message}");
    Console.Out.Flush();
    await Task.Delay(500); // mpirun ends all ranks with the first: let the others say theirs
    return 3;
}
