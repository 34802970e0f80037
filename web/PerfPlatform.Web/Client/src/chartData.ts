// The columns behind a chart: what the server says of each step on a grid of steps, and live samples folded into the same grid as the server would fold them.
import { finite, labelKey, type RangeSeries, type Selector, type SignalSelector } from './api';
import { compareNames, nameLines } from './lineNames';
import type { LivePoint } from './live';

export interface ChartQuery extends Selector, SignalSelector {
  fn?: 'rate' | 'increase' | 'delta';
  agg?: string;
  by?: string[] | null;
  reduce?: string;
  name?: string;
  legend?: string;
  // Drawn below zero on purpose (what is sent beside what is received): told without a sign.
  mirrored?: boolean;
}

interface Bucket { at: number; sum: number; count: number; value: number }

interface Raw { line: Line; bucket: Bucket | null; time: number; value: number }

export class Line {
  readonly values: (number | null)[] = [];
  readonly raws = new Set<Raw>();
  name = '';
  thing = '';
  // Usual distance between points in steps: a gap is only what is wider than three of them.
  spacing = 1;
  // Whether every series of the line has been heard since the feed began; before that their sum would be too small.
  complete = false;

  constructor(readonly query: number, readonly labels: Record<string, string>, readonly grouped: boolean) {}
}

// More lines than this cannot be told apart; the chart says how many are left out.
export const maxLines = 24;

// How long after its end a step may still get samples that are on their way.
export const settling = 2000;

// As in the API: older neighbours are not compared with.
const longestPause = 5 * 60_000;

// What is folded from samples that the browser does not have is asked of the server, step by step.
export function isAsked(query: ChartQuery): boolean {
  return query.signal !== undefined || /^p\d+$/.test(query.agg ?? '');
}

// A part of a step is less than the step: such values are shown when the step is over.
function accumulates(query: ChartQuery): boolean {
  return query.agg === 'sum' || query.agg === 'count';
}

export class ChartData {
  lines: Line[] = []; // in the order of the legend; at most maxLines
  version = 0; // changes with the lines
  times: number[] = []; // seconds, as uPlot wants them
  confirmed = 0; // up to here the server has been asked, in milliseconds
  since = 0; // the first step that the feed gives as a whole
  readonly notes = new Set<string>();
  private readonly byKey = new Map<string, Line>();
  private readonly raws = new Map<string, Raw>(); // bounded by the series selected
  private readonly others = new Set<string>(); // lines that are not drawn

  constructor(private readonly queries: ChartQuery[], readonly step: number, from: number, to: number) {
    const start = this.floor(from);
    for (let time = start; time < to; time += step) this.times.push(time / 1000);
  }

  get leftOut(): number {
    return this.others.size;
  }

  // The whole window as the server answers it. Where there are too many lines, those that rise highest (or fall lowest) are kept.
  history(answers: RangeSeries[][], now: number): void {
    const all = answers.flatMap((series, query) => series.map(one => ({ query, one })));
    if (all.length > maxLines) {
      const peaks = new Map(all.map(a => [a, peak(a.one)]));
      for (const { query, one } of [...all].sort((a, b) => peaks.get(b)! - peaks.get(a)!)) this.line(query, one.labels);
    }

    this.merge(answers, now);
  }

  // What the server says of some steps replaces what was folded here. Steps that are not over yet stay with the live feed where it fills them.
  merge(answers: RangeSeries[][], now: number): void {
    answers.forEach((series, index) => {
      const query = this.queries[index]!;
      for (const one of series) {
        const line = this.line(index, one.labels);
        if (one.note) this.notes.add(one.note);
        if (!line) continue;
        const growing = accumulates(query) || (line.grouped && (query.reduce ?? 'sum') === 'sum'); // while the step lasts
        one.times.forEach((time, i) => {
          const at = this.index(time);
          const value = finite(one.values[i]);
          if (at < 0 || at >= this.times.length || value === null) return;
          if (this.isOver(time, now) || isAsked(query) || (!growing && line.values[at] == null)) line.values[at] = this.sign(line) * value;
        });
        line.spacing = spacing(line.values);
      }
    });
    this.confirmed = now;
  }

  // Samples as they come; a push may bring many steps at once.
  live(query: number, points: LivePoint[]): void {
    if (isAsked(this.queries[query]!) || points.length === 0) return;
    if (this.since === 0) this.since = this.floor(Math.max(...points.map(point => point.time))) + this.step;
    const touched = new Set<Line>();
    let at = 0;
    const settle = (): void => {
      for (const line of touched) this.put(line, at, this.reduce(line, at));
      touched.clear();
    };
    const heard = new Set<Line>(); // for the first time
    for (const point of [...points].sort((a, b) => a.time - b.time)) {
      if (point.value === null) continue;
      const raw = this.raw(query, point.series.labels);
      if (!raw || point.time <= raw.time) continue;
      const known = raw.time !== 0;
      const value = this.sample(raw, point);
      [raw.time, raw.value] = [point.time, point.value];
      if (known && !heard.has(raw.line)) raw.line.complete = true;
      else if (!raw.line.complete) heard.add(raw.line);
      if (value === null) continue;
      if (this.floor(point.time) !== at) {
        settle();
        at = this.floor(point.time);
      }

      fold(raw, at, value, this.queries[query]!.agg ?? (point.series.kind === 'counter' && !this.queries[query]!.fn ? 'last' : 'avg'));
      touched.add(raw.line);
    }

    settle();
  }

  // The feed begins anew: what it left out meanwhile only the server knows.
  restart(): void {
    this.since = 0;
    this.raws.clear();
    for (const line of this.lines) {
      line.raws.clear();
      line.complete = false;
    }
  }

  // Moves the window on; what falls out on the left is forgotten.
  slide(from: number, to: number): void {
    const start = this.floor(from) / 1000;
    let drop = 0;
    while (drop < this.times.length && this.times[drop]! < start) drop++;
    if (drop > 0) {
      this.times.splice(0, drop);
      for (const line of this.lines) line.values.splice(0, drop);
    }
    this.extend(this.floor(to));
  }

  // As they are drawn at an instant.
  columns(now: number): (number | null)[][] {
    return this.lines.map(line => {
      const partial = accumulates(this.queries[line.query]!);
      return this.times.map((time, i) => partial && !this.isOver(time * 1000, now) ? null : line.values[i] ?? null);
    });
  }

  // What a person reads of a value that is drawn.
  sign(line: Line): number {
    return this.queries[line.query]!.mirrored ? -1 : 1;
  }

  private isOver(at: number, now: number): boolean {
    return at + this.step + settling <= now;
  }

  private floor(time: number): number {
    return Math.floor(time / this.step) * this.step;
  }

  private index(time: number): number {
    return Math.round((time - this.times[0]! * 1000) / this.step);
  }

  private sample(raw: Raw, point: LivePoint): number | null {
    const fn = this.queries[raw.line.query]!.fn;
    const value = point.value!;
    if (!fn) return value;
    if (raw.time === 0 || point.time - raw.time > longestPause) return null;
    const step = value - raw.value;
    if (fn === 'delta') return step;
    const growth = step >= 0 ? step : value;
    return fn === 'rate' ? growth * 1000 / (point.time - raw.time) : growth;
  }

  private reduce(line: Line, at: number): number | null {
    const values: number[] = [];
    for (const raw of line.raws) {
      // Not here yet in this step: its last step stands in for a moment.
      if (raw.bucket && raw.bucket.at <= at && raw.bucket.at >= at - Math.max(1, 2 * line.spacing) * this.step) values.push(raw.bucket.value);
    }

    if (values.length === 0) return null;
    switch (this.queries[line.query]!.reduce) {
      case 'max': return Math.max(...values);
      case 'min': return Math.min(...values);
      case 'avg': return values.reduce((a, b) => a + b) / values.length;
      default: return values.reduce((a, b) => a + b);
    }
  }

  // Where the server has spoken its word stands; samples that come late fill only what is empty.
  private put(line: Line, at: number, value: number | null): void {
    if (value === null || (line.grouped && !line.complete) || (at < this.since && accumulates(this.queries[line.query]!))) return;
    this.extend(at);
    const index = this.index(at);
    if (index < 0 || index >= this.times.length) return;
    if (!this.isOver(at, this.confirmed) || line.values[index] == null) line.values[index] = this.sign(line) * value;
  }

  private extend(at: number): void {
    for (let time = Math.round(this.times.at(-1)! * 1000) + this.step; time <= at; time += this.step) this.times.push(time / 1000);
  }

  private raw(query: number, labels: Record<string, string>): Raw | null {
    const key = `${query}\u0002${labelKey(labels)}`;
    const known = this.raws.get(key);
    if (known) return known;
    const { by, reduce } = this.queries[query]!;
    const grouped = by || reduce ? Object.fromEntries((by ?? []).filter(name => labels[name] !== undefined).map(name => [name, labels[name]!])) : labels;
    const line = this.line(query, grouped);
    if (!line) return null;
    const raw: Raw = { line, bucket: null, time: 0, value: 0 };
    line.raws.add(raw);
    this.raws.set(key, raw);
    return raw;
  }

  private line(query: number, labels: Record<string, string>): Line | null {
    const key = `${query}\u0002${labelKey(labels)}`;
    const known = this.byKey.get(key);
    if (known) return known;
    if (this.lines.length >= maxLines) {
      this.others.add(key);
      return null;
    }

    const line = new Line(query, labels, Boolean(this.queries[query]!.by ?? this.queries[query]!.reduce));
    this.byKey.set(key, line);
    this.lines.push(line);
    this.arrange();
    return line;
  }

  // Always in the same order: by query, then by name.
  private arrange(): void {
    const names = nameLines(this.lines, this.queries);
    this.lines.forEach((line, i) => [line.name, line.thing] = [names[i]!.text, names[i]!.thing]);
    this.lines.sort((a, b) => a.query - b.query || compareNames(a.name, b.name) || compareNames(labelKey(a.labels), labelKey(b.labels)));
    this.version++;
  }
}

function fold(raw: Raw, at: number, sample: number, agg: string): void {
  const bucket = raw.bucket?.at === at ? raw.bucket : raw.bucket = { at, sum: 0, count: 0, value: sample };
  bucket.sum += sample;
  bucket.count++;
  switch (agg) {
    case 'min': bucket.value = Math.min(bucket.value, sample); break;
    case 'max': bucket.value = Math.max(bucket.value, sample); break;
    case 'sum': bucket.value = bucket.sum; break;
    case 'count': bucket.value = bucket.count; break;
    case 'last': bucket.value = sample; break;
    default: bucket.value = bucket.sum / bucket.count;
  }
}

function peak(series: RangeSeries): number {
  let most = 0;
  for (const value of series.values) most = Math.max(most, Math.abs(finite(value) ?? 0));
  return most;
}

// The median distance between neighbouring points, in steps.
export function spacing(values: (number | null | undefined)[]): number {
  const distances: number[] = [];
  let last = -1;
  for (let i = 0; i < values.length; i++) {
    if (values[i] == null) continue;
    if (last >= 0) distances.push(i - last);
    last = i;
  }
  if (distances.length === 0) return 1;
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1]!;
}

// Points without a neighbour within so many steps: a line of them would not be seen.
export function lonely(values: (number | null | undefined)[], reach: number): number[] {
  const found: number[] = [];
  let [last, before] = [-1, -Infinity];
  const look = (next: number): void => {
    if (last >= 0 && last - before > reach && next - last > reach) found.push(last);
  };
  for (let i = 0; i < values.length; i++) {
    if (values[i] == null) continue;
    look(i);
    [before, last] = [last >= 0 ? last : -Infinity, i];
  }
  look(Infinity);
  return found;
}
