global using ResearchKit.Goldens;
global using ResearchKit.Numerics;
