using MyExperiments;
using ResearchKit.Cli;

return await ResearchKitApp.CreateBuilder(args).AddExperiments(registry => registry.Add<EstimateOfPi>()).Build().RunAsync();
