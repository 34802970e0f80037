namespace PerfPlatform.Agent.Kernel;

/// <summary>
/// Counters of the kernel without the steps that cannot be: steal that grows by a hundred days in a second (seen after a live migration), bytes that go below zero and
/// read as 2^64, idle time that goes back by a tick. A step forward that is too large is left out for good, a step back is waited out; a counter that stands at less than half of what it
/// was has begun anew, as after its device came back, and is told so.
/// </summary>
/// <param name="count">How many counters belong together.</param>
internal sealed class SteadyCounters(int count)
{
    private readonly State[] _states = new State[count];

    /// <summary>Whether there was a reading.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The most that a counter of bytes, operations or milliseconds of one device can grow in a time: a tebi a second, and as much for a clock that is not exact.</summary>
    public static ulong Most(TimeSpan elapsed) => (ulong)(Math.Max(0, elapsed.TotalSeconds) + 1) << 40;

    /// <summary>Takes a reading and puts what to tell in its place; false where a counter grew by more than can be.</summary>
    /// <param name="readings">The counters as read.</param>
    /// <param name="most">The most that one can grow between two readings.</param>
    /// <param name="mostFirst">The most that one can stand at when it is read first.</param>
    public bool Take(Span<ulong> readings, ulong most, ulong mostFirst = ulong.MaxValue)
    {
        var possible = true;
        for (var i = 0; i < _states.Length; i++)
        {
            if (!IsKnown) _states[i].Begin(readings[i], mostFirst);
            else possible &= _states[i].Take(readings[i], most);
            readings[i] = _states[i].Told;
        }

        IsKnown = true;
        return possible;
    }

    private struct State
    {
        private ulong _before;
        // What the counter has too much.
        private ulong _excess;

        public ulong Told { get; private set; }

        public void Begin(ulong reading, ulong most) => (_before, _excess, Told) = reading <= most ? (reading, 0UL, reading) : (reading, reading, 0UL);

        public bool Take(ulong reading, ulong most)
        {
            var before = _before;
            _before = reading;
            if (reading < before && _excess > 0 && reading >= Told)
            {
                // It came back from where it could not be.
                (before, _excess) = (Told, 0);
            }
            else if (reading < before / 2)
            {
                (_excess, Told) = (0, reading);
                return true;
            }

            var possible = reading <= before || reading - before <= most;
            if (!possible) _excess += reading - before;
            if (reading > _excess) Told = Math.Max(Told, reading - _excess);
            return possible;
        }
    }
}
