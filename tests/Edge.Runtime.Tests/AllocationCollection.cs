namespace Edge.Runtime.Tests;

/// <summary>Tests that count a thread's allocated bytes run alone: collections of garbage that others cause were seen in the count now and then.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "allocations";
}
