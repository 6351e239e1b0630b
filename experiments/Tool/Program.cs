using ResearchKit.Cli;
using ResearchKit.Papers;

return await ResearchKitApp.CreateBuilder(args).UseName("researchkit").AddPapers().Build().RunAsync();
