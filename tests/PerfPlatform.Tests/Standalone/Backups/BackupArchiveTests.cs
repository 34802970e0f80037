using PerfPlatform.Standalone.Backups;
using Xunit;

namespace PerfPlatform.Tests.Standalone.Backups;

public sealed class BackupArchiveTests : IDisposable
{
    private static readonly byte[] Dump = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 7))];

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Open_WhatWasWritten_HasItAllAndTheManifest()
    {
        await WriteAsync(BackupManifest.CurrentFormat);
        await using var archive = await BackupArchive.OpenAsync(_path, CancellationToken.None);
        Assert.Equal((12L, "2.19.3", "20260101000000_One"), (archive.Manifest.Rows["metrics.series"], archive.Manifest.Timescale, archive.Manifest.Migrations.Single()));
        Assert.Equal("a secret", await archive.TextAsync(BackupEntries.Secret, CancellationToken.None));
        Assert.Null(await archive.TextAsync("other", CancellationToken.None));
        await using var content = await archive.OpenEntryAsync(BackupEntries.Database, CancellationToken.None);
        using var read = new MemoryStream();
        await content.CopyToAsync(read, CancellationToken.None);
        Assert.True(Dump.AsSpan().SequenceEqual(read.ToArray()));
    }

    [Fact]
    public async Task Open_AByteThatIsNotAsItWas_SaysWhere()
    {
        await WriteAsync(BackupManifest.CurrentFormat);
        await using (var file = File.Open(_path, FileMode.Open))
        {
            file.Position = 1_000_000;
            file.WriteByte((byte)(file.ReadByte() + 1));
        }

        Assert.Contains("is damaged: database.dump", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AFileThatIsCutOff_IsNotAWholeBackup()
    {
        await WriteAsync(BackupManifest.CurrentFormat);
        await using (var file = File.Open(_path, FileMode.Open)) file.SetLength(file.Length - 100);
        Assert.Contains("not a whole one", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SomethingElse_IsNoBackup()
    {
        await File.WriteAllTextAsync(_path, "PGDMP and so on", TestContext.Current.CancellationToken);
        Assert.Contains("is not a backup of PerfPlatform", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Nothing_SaysSo() => Assert.Equal($"There is no file {_path}", await RefusalAsync());

    [Fact]
    public async Task Open_ANewerForm_NamesTheNewerProduct()
    {
        await WriteAsync(BackupManifest.CurrentFormat + 1);
        Assert.Contains("was written by a newer PerfPlatform", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void RequireKnown_ASchemaFromTheFuture_IsRefusedAndOursIsNot()
    {
        Assert.Contains("20260701000000_MetricStore", KnownMigrations.All);
        Assert.True(KnownMigrations.All.Count > 10);
        BackupRestorer.RequireKnown(Manifest(1) with { Migrations = [.. KnownMigrations.All] });
        var refusal = Assert.Throws<BackupException>(() => BackupRestorer.RequireKnown(Manifest(1) with { Migrations = ["20260701000000_MetricStore", "20990101000000_Later"] }));
        Assert.Contains("20990101000000_Later", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireRoom_LessThanTheTablesTake_SaysHowMuch()
    {
        BackupWriter.RequireRoom("/mnt", 5 << 20, 5 << 20);
        var refusal = Assert.Throws<BackupException>(() => BackupWriter.RequireRoom("/mnt", 5 << 20, 3L << 30));
        Assert.Equal("/mnt has 5.0 MiB free and the backup may take 3.0 GiB: free some, or name another folder", refusal.Message);
    }

    [Theory]
    [InlineData("pg_dump: warning: circular\npg_dump: error: query failed: ERROR:  canceled\npg_dump: detail: Query was x", "query failed: ERROR:  canceled")]
    [InlineData("ld.so: no such file", "ld.so: no such file")]
    [InlineData("", "it said nothing")]
    public void Reason_OfWhatAToolSaid_IsItsError(string said, string reason) => Assert.Equal(reason, PostgresTool.Reason(said));

    private async Task<string> RefusalAsync() =>
        (await Assert.ThrowsAsync<BackupException>(async () => await BackupArchive.OpenAsync(_path, CancellationToken.None))).Message;

    private async Task WriteAsync(int format)
    {
        await using var file = File.Create(_path);
        await using var writer = new BackupArchiveWriter(file);
        using var dump = new MemoryStream(Dump);
        long written = 0;
        await writer.AddAsync(BackupEntries.Database, dump, bytes => written = bytes, CancellationToken.None);
        Assert.Equal(Dump.Length, written);
        await writer.AddAsync(BackupEntries.Secret, "a secret", CancellationToken.None);
        await writer.CompleteAsync(Manifest(format), CancellationToken.None);
    }

    private static BackupManifest Manifest(int format) => new()
    {
        Format = format,
        Version = "0.1.0",
        TakenAt = DateTimeOffset.UnixEpoch,
        Timescale = "2.19.3",
        DatabaseBytes = 100,
        Migrations = ["20260101000000_One"],
        Rows = new Dictionary<string, long> { ["metrics.series"] = 12 },
        Checksums = new Dictionary<string, string>(),
    };
}
