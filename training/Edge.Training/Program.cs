using Edge.CommandLine;
using Edge.Training.Commands;

return await CommandHost.Run(TrainingProgram.Root(), args, libraries: TrainingProgram.Libraries);
