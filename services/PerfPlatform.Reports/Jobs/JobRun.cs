using Hangfire;

namespace PerfPlatform.Reports.Jobs;

/// <summary>The run of a Hangfire job, for the job itself: which it is, and what it has noted for the case that it is run again, since its process was killed or it failed.</summary>
public sealed class JobRun
{
    private JobActivatorContext? _context;

    /// <summary>The job's number; the same whenever it is run.</summary>
    public string JobId => Context.BackgroundJob.Id;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt => new(DateTime.SpecifyKind(Context.BackgroundJob.CreatedAt, DateTimeKind.Utc));

    private JobActivatorContext Context => _context ?? throw new InvalidOperationException("There is no run outside a job of Hangfire.");

    /// <summary>Notes something, which is kept when this returns.</summary>
    public void Note<T>(string name, T value) => Context.SetJobParameter(name, value);

    /// <summary>What was noted; null or zero where nothing was.</summary>
    public T? Noted<T>(string name) => Context.GetJobParameter<T?>(name);

    /// <summary>The run begins.</summary>
    public void Begin(JobActivatorContext context) => _context = context;
}
