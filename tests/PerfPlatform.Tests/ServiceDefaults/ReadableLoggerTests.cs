using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>What a person reads on the console when a dependency is away.</summary>
public sealed class ReadableLoggerTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Pad _pad = new();
    private readonly ReadableLoggerProvider _provider;

    public ReadableLoggerTests() => _provider = new ReadableLoggerProvider(_pad, _clock);

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Log_DatabaseThatIsAway_IsOneLineAMinuteWhoeverMeetsIt()
    {
        Log("PerfPlatform.Alerting", "The rules cannot be read", Away());
        Log("Microsoft.EntityFrameworkCore.Query", "An exception occurred", new InvalidOperationException("transient", Away()));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Log("Hangfire.Server", "Error occurred", Away());
        Assert.Equal(["The rules cannot be read: PostgreSQL is away: Connection refused"], _pad.Lines);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Log("Hangfire.Server", "Error occurred", Away());
        Assert.Equal("Error occurred: PostgreSQL is away: Connection refused (2 more like it since)", _pad.Lines[^1]);
        Assert.All(_pad.Exceptions, Assert.Null);
    }

    [Fact]
    public void Log_OtherTroubles_AreToldEach()
    {
        Log("a", "one", Away());
        Log("a", "two", new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, "no\nway", null, CommandStatus.Unknown));
        Log("a", "three", new MassTransit.ConnectionException("gone"));
        Log("a", "four", new Microsoft.AspNetCore.Connections.ConnectionResetException("reset"));
        Log("a", "five", new PostgresException("relation \"x\" does not exist", "ERROR", "ERROR", PostgresErrorCodes.UndefinedTable));
        Log("a", "six", new MassTransit.MessageReturnedException("The message was returned", new InvalidOperationException("312 NO_ROUTE")));
        Assert.Equal(
            ["one: PostgreSQL is away: Connection refused", "two: Redis is away: no", "three: RabbitMQ is away: gone", "four: a request was broken off: reset",
                "five: the schema is not there yet: 42P01: relation \"x\" does not exist",
                "six: RabbitMQ does not take the message: 312 NO_ROUTE"], _pad.Lines);
    }

    [Fact]
    public void Log_ReceiversThatAreAway_AreToldEachByItsName()
    {
        foreach (var name in (string[])["a", "b", "a"]) Log("deliveries", $"The receiver {name} does not answer", new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused)));
        Assert.Equal(["The receiver a does not answer: no answer: Connection refused", "The receiver b does not answer: no answer: Connection refused"], _pad.Lines);
    }

    [Fact]
    public void Log_WhatMayBeAFaultOfOurs_KeepsItsStackEachTime()
    {
        var faults = (Exception[])[new InvalidOperationException("ours"), new PostgresException("syntax error", "ERROR", "ERROR", PostgresErrorCodes.SyntaxError), new NullReferenceException()];
        foreach (var fault in faults) Log("a", "failed", fault);
        Assert.Equal(faults, _pad.Exceptions);
    }

    [Fact]
    public void Log_SameWarningAgain_IsToldOnceAMinute()
    {
        foreach (var text in (string[])["next try in 1 s", "next try in 2 s", "next try in 2 s"]) Log("a", text, null);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Log("a", "next try in 2 s", null);
        Assert.Equal(["next try in 1 s", "next try in 2 s", "next try in 2 s (1 more like it since)"], _pad.Lines);
    }

    [Theory]
    [InlineData("PerfPlatform.Alerting", null, LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", null, LogLevel.Warning)]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Connection", null, LogLevel.Critical)]
    [InlineData("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", null, LogLevel.None)]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Connection", "Logging:Console:LogLevel:Microsoft.EntityFrameworkCore.Database", LogLevel.Trace)]
    [InlineData("PerfPlatform.Alerting", "Logging:Console:LogLevel:Default", LogLevel.Trace)]
    public void AddReadableConsole_ConsoleOfAHost_KeepsItsSettings(string category, string? setting, LogLevel least)
    {
        var configuration = new ConfigurationManager();
        if (setting is not null) configuration.AddInMemoryCollection([new(setting, "Trace")]);
        configuration.AddLogDefaults();
        var services = new ServiceCollection().AddSingleton(TimeProvider.System);
        services.AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddConsole());
        services.AddReadableConsole();
        using var provider = services.BuildServiceProvider();
        Assert.IsType<ReadableLoggerProvider>(Assert.Single(provider.GetServices<ILoggerProvider>()));
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        Assert.Equal(least, Enum.GetValues<LogLevel>().First(level => level == LogLevel.None || logger.IsEnabled(level)));
    }

    private static NpgsqlException Away() => new("Failed to connect to 127.0.0.1:1", new SocketException((int)SocketError.ConnectionRefused));

    private void Log(string category, string message, Exception? exception) =>
        _provider.CreateLogger(category).Log(LogLevel.Error, default, message, exception, (text, _) => text);

    private sealed class Pad : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public List<Exception?> Exceptions { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            Exceptions.Add(exception);
        }

        public void Dispose()
        {
        }
    }
}
