using Edge.Commands;
using Edge.Training.Commands;

return await CommandHost.Run(TrainingProgram.Root(), args);
