using ResearchKit.Cli;
using ResearchKit.SampleExperiments;

return await ResearchKitApp.CreateBuilder(args).UseName("sample").AddSampleExperiments().Build().RunAsync();
