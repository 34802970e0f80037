using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Samples;
using StackExchange.Redis;

namespace PerfPlatform.Ingestion.Sums;

/// <summary>
/// The running sums of deltas in Redis, where every instance of intake adds to the same ones. They are taken and given back as a whole: what another request has changed in between is not written
/// over, and the sender comes again. A sum that gets no delta for <see cref="IngestionOptions.SeriesIdleTime"/> is forgotten.
/// </summary>
internal sealed class SharedSums(IConnectionMultiplexer redis, IOptions<IngestionOptions> options)
{
    // So many in a script, so that Redis does other things in between.
    private const int MostAtOnce = 1000;

    // Each sum has the run of Redis in which it was written before it. A Redis that came up again may have lost its last second, and a sum that falls back by that much would be taken for
    // a counter that began anew and has reached all of it; so the sums of another run have not begun.
    private const int RunLength = 8;

    private const string Lend = """
        local lent = { string.match(redis.call('INFO', 'server'), 'run_id:(%x%x%x%x%x%x%x%x)') or '--------' }
        for i = 1, #KEYS do lent[i + 1] = redis.call('GET', KEYS[i]) end
        return lent
        """;

    // All or none. First comes how many seconds they are kept, then for each what it was and what it is.
    private const string GiveBack = """
        for i = 1, #KEYS do
          if (redis.call('GET', KEYS[i]) or '') ~= ARGV[2 * i] then return 0 end
        end
        for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[2 * i + 1], 'EX', ARGV[1]) end
        return 1
        """;

    private static readonly byte[] Prefix = "perfplatform:sum:"u8.ToArray();
    private readonly long _seconds = (long)options.Value.SeriesIdleTime.TotalSeconds;

    /// <summary>Fills in the sums that were asked for; what comes back is needed to give them back.</summary>
    /// <exception cref="SinkUnavailableException">Redis is away.</exception>
    public async Task<SumLoan> LendAsync(LentSums sums, CancellationToken cancellationToken)
    {
        var loan = new SumLoan();
        foreach (var keys in sums.Keys.ToArray().Chunk(MostAtOnce))
        {
            var lent = (byte[]?[])(await EvaluateAsync(Lend, keys, [], cancellationToken))!;
            for (var i = 0; i < keys.Length; i++)
            {
                var kept = lent[i + 1] ?? [];
                loan.Note(keys[i], lent[0]!, kept);
                if (kept.AsSpan().StartsWith(lent[0])) sums.Set(keys[i], kept[RunLength..]);
            }
        }

        return loan;
    }

    /// <summary>Keeps the sums as they now are.</summary>
    /// <exception cref="SinkUnavailableException">Redis is away, or another request was faster.</exception>
    public async Task GiveBackAsync(LentSums sums, SumLoan loan, CancellationToken cancellationToken)
    {
        foreach (var keys in sums.Keys.Where(key => sums.TryGet(key, out var sum) && sum.Length > 0).Chunk(MostAtOnce))
        {
            var values = new List<RedisValue>(1 + (2 * keys.Length)) { _seconds };
            foreach (var key in keys)
            {
                sums.TryGet(key, out var sum);
                values.Add(loan.Before(key));
                values.Add((byte[])[.. loan.Run(key), .. sum!]);
            }

            if ((int)await EvaluateAsync(GiveBack, keys, [.. values], cancellationToken) == 0)
                throw new SinkUnavailableException("Another request adds to the same series at this moment.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
    }

    private static RedisKey Key(SumKey key)
    {
        var name = new byte[Prefix.Length + 17];
        Prefix.CopyTo(name, 0);
        name[Prefix.Length] = key.IsBuckets ? (byte)'b' : (byte)'s';
        key.Series.Write(name.AsSpan(Prefix.Length + 1));
        return name;
    }

    private async Task<RedisResult> EvaluateAsync(string script, SumKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        try
        {
            return await redis.GetDatabase().ScriptEvaluateAsync(script, Array.ConvertAll(keys, Key), values).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            throw new SinkUnavailableException("Redis, where the running sums of deltas are, does not answer.", e);
        }
    }
}
