using Edge.Runtime;
using System.CommandLine;
using Edge.Cameras;
using Edge.CommandLine;

namespace Edge.Commands;

/// <summary><c>edge cameras</c>: which cameras there are, and what to write into the configuration for them.</summary>
internal static class CamerasCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("cameras", """
            Lists the cameras of the kernel (V4L2) and those that answer by GigE Vision or USB3 Vision.
            Each comes with what the configuration needs: camera.v4l2.device or camera.aravis.id.
            """) { json };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            List<CameraListing> cameras = [.. V4l2Devices.List(), .. AravisNative.IsThere ? AravisCamera.List() : []];
            foreach (var camera in cameras)
                if (parsed.GetValue(json))
                    JsonLines.Write(output, camera);
                else
                    output.WriteLine($"{camera.Kind,-6}  {camera.ById ?? camera.Id}{Describe(camera)}");
            if (cameras.Count == 0)
                error.WriteLine("No camera was found.");
            if (!AravisNative.IsThere)
                error.WriteLine($"{AravisNative.Remedy}.");
        });
        return command;
    }

    private static string Describe(CameraListing camera)
    {
        string?[] facts = [camera.ById is null ? null : camera.Id, camera.Name, camera.Vendor, camera.Model, camera.Serial, camera.Protocol, camera.Address];
        return string.Concat(facts.Where(fact => !string.IsNullOrEmpty(fact)).Select(fact => $"  {fact}"));
    }
}
