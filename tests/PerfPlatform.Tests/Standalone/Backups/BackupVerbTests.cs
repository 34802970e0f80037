using PerfPlatform.Standalone.Backups;
using Xunit;

namespace PerfPlatform.Tests.Standalone.Backups;

public class BackupVerbTests
{
    [Theory]
    [InlineData("backup /mnt/all.backup", "/mnt/all.backup", false)]
    [InlineData("backup --PERFPLATFORM_DATA=/data /mnt", "/mnt", false)]
    [InlineData("restore /mnt/all.backup", "/mnt/all.backup", false)]
    [InlineData("restore /mnt/all.backup --force", "/mnt/all.backup", true)]
    public void TryParse_WhatUsageSays_IsMeant(string line, string path, bool force)
    {
        var arguments = line.Split(' ');
        Assert.True(BackupVerb.IsOne(arguments));
        Assert.True(BackupVerb.TryParse(arguments, out var verb));
        Assert.Equal((arguments[0] == "restore", path, force), (verb.Restores, verb.Path, verb.Force));
        Assert.Equal(arguments.Where(a => a.Contains('=')), verb.Settings);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("backup a b")]
    [InlineData("backup a --force")]
    [InlineData("restore")]
    [InlineData("restore a --frce")]
    [InlineData("restore --force")]
    public void TryParse_AnythingElse_IsNot(string line) => Assert.False(BackupVerb.TryParse(line.Split(' '), out _));

    [Theory]
    [InlineData("")]
    [InlineData("--PERFPLATFORM_HTTP_PORT=1 backup")]
    public void IsOne_AStart_IsNot(string line) => Assert.False(BackupVerb.IsOne(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
