// libtorch uses every core by itself; two tests at once would only slow each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
