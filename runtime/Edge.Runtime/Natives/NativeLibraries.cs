using System.Reflection;
using System.Runtime.InteropServices;

namespace Edge.Runtime.Natives;

/// <summary>
/// Native libraries: found in the folder that an environment variable names or, without it, among the program's own, and nowhere else.
/// What the loader says of one that does not load is kept.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>The folders that hold the native libraries of the program's packages.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory).Select(Path.TrimEndingDirectorySeparator).Distinct(),
    ];

    /// <summary>Loads a library.</summary>
    /// <param name="library">A path, or a name for the system's loader to find.</param>
    /// <param name="handle">The library.</param>
    /// <param name="reason">Why it does not load, in the loader's own words and on one line; empty where it does.</param>
    public static bool TryLoad(string library, out nint handle, out string reason)
    {
        try
        {
            handle = NativeLibrary.Load(library);
            reason = "";
            return true;
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            handle = 0;
            // .NET's advice stands before the loader's message.
            reason = fault.Message.Trim().Split('\n')[^1].Trim();
            reason = reason.StartsWith($"{library}: ", StringComparison.Ordinal) && Path.IsPathRooted(library) ? reason[(library.Length + 2)..] : reason;
            return false;
        }
    }

    /// <summary>The path of a library of the program's packages, or of the one that stands in for it.</summary>
    /// <param name="variable">The environment variable that may name another folder.</param>
    /// <param name="names">The file's names, the first one found counts.</param>
    /// <exception cref="DeviceException">There is no such file where it must be.</exception>
    internal static string Find(string variable, params string[] names)
    {
        var folder = Environment.GetEnvironmentVariable(variable);
        var folders = string.IsNullOrEmpty(folder) ? Folders : [folder];
        if (folders.SelectMany(_ => names, Path.Combine).FirstOrDefault(File.Exists) is { } file)
            return Path.GetFullPath(file);
        throw new DeviceException(string.IsNullOrEmpty(folder)
            ? $"{names[0]} is missing from {AppContext.BaseDirectory}: install Edge again, or name the folder of another build in {variable}."
            : $"{variable} names the folder '{folder}', which {(Directory.Exists(folder) ? $"holds no {names[0]}" : "does not exist")}.");
    }

    /// <summary>Loads the library at the path.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="advice">A sentence that ends the message where something that the library needs is missing.</param>
    /// <exception cref="DeviceException">It does not load; the message says why in the loader's own words.</exception>
    internal static nint Load(string path, string advice) =>
        TryLoad(path, out var handle, out var reason) ? handle : throw new DeviceException(
            $"{path} does not load: {reason}.{(reason.Contains("cannot open shared object file", StringComparison.Ordinal) ? $" {advice}" : "")}");

    /// <summary>
    /// Sets a variable that native libraries read themselves, which .NET's <c>SetEnvironmentVariable</c> does not reach.
    /// One that is set already stays: the user has chosen, and setenv is not safe beside other threads that read the environment.
    /// </summary>
    internal static void SetUnsetEnvironment(string name, string value) => _ = SetEnvironment(name, value, overwrite: 0);

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    /// <summary>Has the assembly call a library wherever it asks for the name.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="name">The name it asks for.</param>
    /// <param name="library">Gives the library.</param>
    /// <returns>False where the program that hosts Edge has registered its own resolver, and so has chosen the library itself.</returns>
    internal static bool Bind(Assembly assembly, string name, Func<nint> library)
    {
        try
        {
            NativeLibrary.SetDllImportResolver(assembly, (asked, _, _) => asked == name ? library() : 0);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
