// A current value. Of a selection of series: the newest of gauges, the growth per second of counters over a window, pushed as samples come.
// Of a host's signal: what the server computes.
import { finite, labelKey, range, serverNow, type Selector } from './api';
import { watchHost, type HostState } from './hosts';
import { subscribe, type LivePoint } from './live';

export interface SeriesSpec extends Selector { fn?: 'rate'; reduce?: 'sum' | 'max' | 'avg' | 'min'; window?: number }

export interface SignalSpec { host: string; signal: string }

export type ReadingSpec = SeriesSpec | SignalSpec;

export interface Reading {
  start(): Promise<void>;
  dispose(): void;
  value(): number | null;
  // Why there is no value, where that is known.
  reason(): string | null;
}

export function readingOf(spec: ReadingSpec, changed: () => void): Reading {
  return 'signal' in spec ? new SignalReading(spec, changed) : new SeriesReading(spec, changed);
}

interface Track { times: number[]; values: number[] }

// At 1 s and windows of up to two minutes there are never more.
const maxSamples = 150;

class SignalReading implements Reading {
  private stop: (() => void) | null = null;
  private state: HostState | null = null;

  constructor(private readonly spec: SignalSpec, private readonly changed: () => void) {}

  async start(): Promise<void> {
    this.stop = watchHost(this.spec.host, state => {
      this.state = state;
      this.changed();
    });
  }

  dispose(): void {
    this.stop?.();
  }

  value(): number | null {
    return this.state?.readings[this.spec.signal] ?? null;
  }

  reason(): string | null {
    return this.state ? `${this.state.collector} sends no ${this.spec.signal} reading now.` : null;
  }
}

class SeriesReading implements Reading {
  private readonly tracks = new Map<string, Track>(); // bounded by the series selected
  private stop: (() => void) | null = null;

  constructor(private readonly spec: SeriesSpec, private readonly changed: () => void) {}

  async start(): Promise<void> {
    this.stop = subscribe(this.spec, points => this.onLive(points));
    const history = await range({ metric: this.spec.metric, match: this.spec.match, from: `now-${this.window() + 15}s`, to: 'now' });
    for (const series of history.series) {
      const key = labelKey(series.labels);
      const live = this.tracks.get(key);
      this.tracks.delete(key);
      series.times.forEach((time, i) => this.add(key, time, finite(series.values[i])));
      live?.times.forEach((time, i) => this.add(key, time, live.values[i] ?? null));
    }
    this.changed();
  }

  dispose(): void {
    this.stop?.();
  }

  value(): number | null {
    const oldest = serverNow() - Math.max(15, this.window()) * 1000;
    const values: number[] = [];
    for (const [key, track] of this.tracks) {
      if ((track.times.at(-1) ?? 0) < oldest) {
        this.tracks.delete(key);
        continue;
      }
      const value = this.spec.fn === 'rate' ? rate(track, track.times.at(-1)! - this.window() * 1000) : track.values.at(-1) ?? null;
      if (value !== null) values.push(value);
    }
    if (values.length === 0) return null;
    switch (this.spec.reduce) {
      case 'max': return Math.max(...values);
      case 'min': return Math.min(...values);
      case 'avg': return values.reduce((a, b) => a + b) / values.length;
      default: return values.reduce((a, b) => a + b);
    }
  }

  reason(): string | null {
    return null;
  }

  private window(): number {
    return this.spec.window ?? (this.spec.fn === 'rate' ? 3 : 15);
  }

  private onLive(points: LivePoint[]): void {
    for (const point of points) this.add(labelKey(point.series.labels), point.time, point.value);
    this.changed();
  }

  private add(key: string, time: number, value: number | null): void {
    if (value === null) return;
    let track = this.tracks.get(key);
    if (!track) this.tracks.set(key, track = { times: [], values: [] });
    if (time <= (track.times.at(-1) ?? 0)) return;
    track.times.push(time);
    track.values.push(value);
    if (track.times.length > maxSamples) {
      track.times.shift();
      track.values.shift();
    }
  }
}

// Growth per second since the given time; a counter that fell was restarted from zero.
export function rate(track: Track, since: number): number | null {
  let growth = 0;
  let first = -1;
  for (let i = 0; i < track.times.length; i++) {
    if (track.times[i]! < since) continue;
    if (first >= 0) {
      const step = track.values[i]! - track.values[i - 1]!;
      growth += step >= 0 ? step : track.values[i]!;
    } else first = i;
  }
  if (first < 0) return null;
  if (first === track.times.length - 1) {
    // One sample in the window (a slow sender): against the one before it.
    if (first === 0) return null;
    const step = track.values[first]! - track.values[first - 1]!;
    return (step >= 0 ? step : track.values[first]!) * 1000 / (track.times[first]! - track.times[first - 1]!);
  }
  return growth * 1000 / (track.times.at(-1)! - track.times[first]!);
}
