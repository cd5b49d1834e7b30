namespace MeatLizard.Application;

/// <summary>Who may call a use case. One that says nothing takes anybody who has signed in.</summary>
public interface IForAnybody;

/// <summary>Only admins and the owner.</summary>
public interface IForAdmins;

/// <summary>Only the host itself: relay, watchdog, housekeeping. No endpoint leads here.</summary>
public interface IForTheHost;

/// <summary>Only a worker itself, wherever it runs: a host without one does not register these.</summary>
public interface IForWorkers : IForTheHost;
