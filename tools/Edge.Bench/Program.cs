using Edge.Bench;
using Edge.Commands;

return await CommandHost.Run(new BenchProgram(InspectorSubject.Open).Commands(), args);
