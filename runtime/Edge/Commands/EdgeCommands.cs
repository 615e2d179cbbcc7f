using System.CommandLine;

namespace Edge.Commands;

/// <summary>The command line of <c>edge</c>.</summary>
internal static class EdgeCommands
{
    public static RootCommand Create() => new("""
        Finds defects in pictures with diffusion models.
        Exit codes: 0 all good, 1 a defect was found, 2 usage or a picture, 3 bundle, 4 device.
        """)
    {
        InspectCommand.Create(),
        CalibrateCommand.Create(),
        VerifyCommand.Create(),
        BundleCommand.Create(),
        RunCommand.Create(),
        ConfigCommand.Create(),
        CamerasCommand.Create(),
        DoctorCommand.Create(),
    };
}
