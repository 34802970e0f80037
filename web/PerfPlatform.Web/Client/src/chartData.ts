// The columns behind a chart: history on a grid of steps, live samples folded into the same grid as the server would fold them.
import { finite, labelKey, type RangeSeries, type Selector } from './api';
import type { LivePoint } from './live';

export interface ChartQuery extends Selector { fn?: 'rate' | 'increase' | 'delta'; agg?: string; by?: string[] | null; reduce?: string; name?: string; legend?: string; negate?: boolean }

interface Bucket { at: number; sum: number; count: number; min: number; max: number; last: number }

interface Raw { group: Line; bucket: Bucket | null; time: number; value: number }

export class Line {
  readonly values: (number | null)[] = [];
  readonly raws = new Set<Raw>();
  // Usual distance between points: a gap is only what is wider than three of them.
  spacing = 0;

  constructor(readonly query: number, readonly labels: Record<string, string>) {}
}

// More lines than this cannot be told apart; the chart says how many are left out.
export const maxLines = 24;

export class ChartData {
  readonly lines = new Map<string, Line>();
  times: number[] = []; // seconds, as uPlot wants them
  leftOut = 0;
  private readonly raws = new Map<string, Raw>(); // bounded by the series selected

  constructor(private readonly queries: ChartQuery[], readonly step: number) {}

  history(answers: RangeSeries[][], from: number, to: number): void {
    this.lines.clear();
    this.raws.clear();
    this.leftOut = 0;
    this.times = [];
    const start = Math.floor(from / this.step) * this.step;
    for (let time = start; time < to; time += this.step) this.times.push(time / 1000);
    answers.forEach((series, query) => {
      for (const one of series) {
        const line = this.line(query, one.labels);
        if (!line) continue;
        const sign = this.queries[query]?.negate ? -1 : 1;
        one.times.forEach((time, i) => {
          const at = Math.round((time - start) / this.step);
          const value = finite(one.values[i]);
          if (at >= 0 && at < this.times.length) line.values[at] = value === null ? null : sign * value;
        });
      }
    });
    for (const line of this.lines.values()) line.spacing = spacing(line.values) * this.step / 1000;
  }

  live(query: number, points: LivePoint[]): void {
    const touched = new Map<Line, number>();
    for (const point of points) {
      if (point.value === null) continue;
      const raw = this.raw(query, point.series.labels);
      if (!raw || point.time <= raw.time) continue;
      const value = this.sample(raw, point, this.queries[query]?.fn);
      [raw.time, raw.value] = [point.time, point.value];
      if (value === null) continue;
      const at = Math.floor(point.time / this.step) * this.step;
      fold(raw, at, value);
      touched.set(raw.group, Math.max(at, touched.get(raw.group) ?? 0));
    }
    for (const [line, at] of touched) this.put(line, at, this.reduce(line, at));
  }

  // Moves the window on; what falls out on the left is forgotten.
  slide(from: number, to: number): void {
    const start = Math.floor(from / this.step) * this.step / 1000;
    let drop = 0;
    while (drop < this.times.length && this.times[drop]! < start) drop++;
    if (drop > 0) {
      this.times.splice(0, drop);
      for (const line of this.lines.values()) line.values.splice(0, drop);
    }
    this.extend(Math.floor(to / this.step) * this.step);
  }

  columns(): (number | null)[][] {
    return [...this.lines.values()].map(line => {
      line.values.length = this.times.length;
      for (let i = 0; i < line.values.length; i++) line.values[i] ??= null;
      return line.values;
    });
  }

  private sample(raw: Raw, point: LivePoint, fn: ChartQuery['fn']): number | null {
    const value = point.value!;
    if (!fn) return value;
    if (raw.time === 0) return null;
    const step = value - raw.value;
    if (fn === 'delta') return step;
    const growth = step >= 0 ? step : value;
    return fn === 'rate' ? growth * 1000 / (point.time - raw.time) : growth;
  }

  private reduce(line: Line, at: number): number | null {
    const agg = this.queries[line.query]?.agg ?? 'avg';
    const values: number[] = [];
    for (const raw of line.raws) {
      if (raw.bucket?.at === at) values.push(result(raw.bucket, agg));
      // Not here yet in this step: its last step stands in for a moment.
      else if (raw.bucket && raw.bucket.at >= at - Math.max(this.step, 2 * line.spacing * 1000)) values.push(result(raw.bucket, agg));
    }
    if (values.length === 0) return null;
    const sign = this.queries[line.query]?.negate ? -1 : 1;
    if (values.length === 1) return sign * values[0]!;
    switch (this.queries[line.query]?.reduce) {
      case 'max': return sign * Math.max(...values);
      case 'min': return sign * Math.min(...values);
      case 'avg': return sign * values.reduce((a, b) => a + b) / values.length;
      default: return sign * values.reduce((a, b) => a + b);
    }
  }

  private put(line: Line, at: number, value: number | null): void {
    this.extend(at);
    const first = this.times[0];
    if (first === undefined) return;
    const index = Math.round((at / 1000 - first) * 1000 / this.step);
    if (index >= 0 && index < this.times.length) line.values[index] = value;
  }

  private extend(at: number): void {
    const last = this.times.at(-1);
    if (last === undefined) this.times.push(at / 1000);
    else for (let time = Math.round(last * 1000) + this.step; time <= at; time += this.step) this.times.push(time / 1000);
  }

  private raw(query: number, labels: Record<string, string>): Raw | null {
    const key = `${query}\u0002${labelKey(labels)}`;
    const known = this.raws.get(key);
    if (known) return known;
    const by = this.queries[query]?.by;
    const grouped = by || this.queries[query]?.reduce ? Object.fromEntries((by ?? []).filter(n => labels[n] !== undefined).map(n => [n, labels[n]!])) : labels;
    const group = this.line(query, grouped);
    if (!group) return null;
    const raw: Raw = { group, bucket: null, time: 0, value: 0 };
    group.raws.add(raw);
    this.raws.set(key, raw);
    return raw;
  }

  private line(query: number, labels: Record<string, string>): Line | null {
    const key = `${query}\u0002${labelKey(labels)}`;
    const known = this.lines.get(key);
    if (known) return known;
    if (this.lines.size >= maxLines) {
      this.leftOut++;
      return null;
    }
    const line = new Line(query, labels);
    this.lines.set(key, line);
    return line;
  }
}

function fold(raw: Raw, at: number, value: number): void {
  const bucket = raw.bucket;
  if (!bucket || at > bucket.at) raw.bucket = { at, sum: value, count: 1, min: value, max: value, last: value };
  else if (at === bucket.at) {
    bucket.sum += value;
    bucket.count++;
    bucket.min = Math.min(bucket.min, value);
    bucket.max = Math.max(bucket.max, value);
    bucket.last = value;
  }
}

function result(bucket: Bucket, agg: string): number {
  switch (agg) {
    case 'min': return bucket.min;
    case 'max': return bucket.max;
    case 'sum': return bucket.sum;
    case 'count': return bucket.count;
    case 'last': return bucket.last;
    default: return bucket.sum / bucket.count;
  }
}

// The median distance between neighbouring points, in steps.
export function spacing(values: (number | null)[]): number {
  const distances: number[] = [];
  let last = -1;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null || values[i] === undefined) continue;
    if (last >= 0) distances.push(i - last);
    last = i;
  }
  if (distances.length === 0) return 1;
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1]!;
}
