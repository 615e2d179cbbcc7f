using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;

namespace Edge.Testing;

/// <summary>Opens a model for a test that needs one inspector of it.</summary>
internal static class Opened
{
    /// <summary>An inspector on the CPU, unless the options say otherwise. It holds its model's sessions until it is disposed of.</summary>
    public static Inspector Inspector(string folder, ModelOptions? model = null, InspectorOptions? options = null)
    {
        using var opened = Model.Open(folder, model ?? new ModelOptions { Inference = TinyBundle.Cpu });
        return opened.CreateInspector(options);
    }

    /// <inheritdoc cref="Inspector(string, ModelOptions?, InspectorOptions?)"/>
    public static Inspector Inspector(Bundle bundle, ModelOptions? model = null, InspectorOptions? options = null) => Inspector(bundle.Folder, model, options);
}
