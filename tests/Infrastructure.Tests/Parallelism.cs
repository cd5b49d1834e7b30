// Every fixture has databases, servers and folders of its own, and most of them wait for clocks.
[assembly: Parallelizable(ParallelScope.Fixtures)]
