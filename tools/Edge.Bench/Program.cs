using Edge.Bench;
using Edge.CommandLine;

return await CommandHost.Run(new BenchProgram(InspectorSubject.Open).Commands(), args);
