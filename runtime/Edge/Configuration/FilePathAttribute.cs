namespace Edge.Configuration;

/// <summary>A path; one that is relative is meant from the folder of the configuration.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FilePathAttribute : Attribute;
