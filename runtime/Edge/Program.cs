using Edge.CommandLine;
using Edge.Commands;

return await CommandHost.Run(EdgeCommands.Create(), args);
