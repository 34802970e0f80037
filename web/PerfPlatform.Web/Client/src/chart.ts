// <pp-chart>: history from /api/v1/query, live points from the hub, drawn by uPlot.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { range as queryRange, serverNow } from './api';
import { ChartData, type ChartQuery, type Line } from './chartData';
import { axis, clock, format, type Format } from './format';
import { subscribe } from './live';
import { current, isLive, onRange, resetZoom, resolve, setRange } from './timeRange';

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
const sync = uPlot.sync('page');
const refetch = 5 * 60_000;
// Bytes are counted in powers of two: so are the steps of their axis.
const powers = Array.from({ length: 50 }, (_, i) => 2 ** i);

class ChartElement extends HTMLElement {
  private queries: ChartQuery[] = [];
  private data: ChartData | null = null;
  private plot: uPlot | null = null;
  private disposers: (() => void)[] = [];
  private visible = false;
  private hovered = false;
  private stale = true;
  private dirty = false;
  private loading = 0;
  private fetchedAt = 0;
  private lastDraw = 0;
  private hidden_ = new Set<string>();
  private readonly canvas = document.createElement('div');
  private readonly legend = document.createElement('ul');
  private readonly note = document.createElement('p');

  connectedCallback(): void {
    this.queries = JSON.parse(this.getAttribute('queries') ?? '[]') as ChartQuery[];
    this.canvas.className = 'canvas';
    this.legend.className = 'legend';
    this.note.className = 'note';
    this.note.textContent = 'Loading…';
    this.replaceChildren(this.canvas, this.note, this.legend);
    this.setAttribute('role', 'figure');
    const seen = new IntersectionObserver(entries => {
      this.visible = entries.at(-1)!.isIntersecting;
      if (this.visible) this.wake();
    }, { rootMargin: '200px' });
    seen.observe(this);
    const sized = new ResizeObserver(() => this.plot?.setSize({ width: this.canvas.clientWidth, height: this.height() }));
    sized.observe(this.canvas);
    const timer = window.setInterval(() => this.tick(), 250);
    const redraw = (): void => this.create();
    const wake = (): void => this.wake();
    addEventListener('pp-theme', redraw);
    document.addEventListener('visibilitychange', wake);
    this.addEventListener('pointerenter', () => this.hovered = true);
    this.addEventListener('pointerleave', () => { this.hovered = false; this.dirty = true; });
    this.disposers = [
      () => seen.disconnect(), () => sized.disconnect(), () => clearInterval(timer),
      () => removeEventListener('pp-theme', redraw), () => document.removeEventListener('visibilitychange', wake),
      onRange(() => { this.stale = true; this.wake(); }),
      ...this.queries.map((query, i) => subscribe(query, points => {
        if (!this.data || !isLive(current())) return;
        this.data.live(i, points);
        this.dirty = true;
      })),
    ];
  }

  disconnectedCallback(): void {
    for (const dispose of this.disposers) dispose();
    this.disposers = [];
    this.plot?.destroy();
    this.plot = null;
  }

  private get format(): Format {
    return (this.getAttribute('format') ?? 'number') as Format;
  }

  private height(): number {
    return Number(this.getAttribute('height') ?? '180');
  }

  private bounds(): [number, number] {
    const range = current();
    return [resolve(range.from), resolve(range.to)];
  }

  private wake(): void {
    if (!this.visible || document.hidden) return;
    if (this.stale || (isLive(current()) && serverNow() - this.fetchedAt > refetch)) void this.load();
    else this.dirty = true;
  }

  private async load(): Promise<void> {
    this.stale = false;
    this.fetchedAt = serverNow();
    const turn = ++this.loading;
    const [from, to] = this.bounds();
    if (!(from < to)) {
      this.note.textContent = 'The time range in the address cannot be read.';
      return;
    }
    const seconds = steps.find(s => (to - from) / 1000 / s <= 720) ?? steps.at(-1)!;
    const answers = await Promise.all(this.queries.map(q => queryRange({
      metric: q.metric, match: q.match, fn: q.fn, agg: q.agg, reduce: q.reduce, by: q.by ?? (q.reduce ? [] : undefined),
      from: Math.floor(from), to: Math.ceil(to), step: `${seconds}s`,
    })));
    if (turn !== this.loading) return;
    const data = new ChartData(this.queries, seconds * 1000);
    data.history(answers.map(a => a.series), from, to);
    this.data = data;
    const error = answers.find(a => a.error)?.error ?? null;
    this.note.textContent = error ?? '';
    this.create();
  }

  private tick(): void {
    if (!this.visible || document.hidden || !this.data || !this.plot) return;
    if (!isLive(current())) return;
    if (this.stale || serverNow() - this.fetchedAt > refetch) {
      if (!this.hovered) void this.load();
      return;
    }
    // Paused while the pointer is on it; points are still taken in.
    if (this.hovered) return;
    const now = performance.now();
    if (!this.dirty || now - this.lastDraw < Math.min(1000, this.data.step) - 20) return;
    this.dirty = false;
    this.lastDraw = now;
    const [from, to] = this.bounds();
    this.data.slide(from, to);
    if (this.plot.series.length !== this.data.lines.size + 1) {
      this.create();
      return;
    }
    this.plot.setData([this.data.times, ...this.data.columns()] as uPlot.AlignedData, false);
    this.plot.batch(() => {
      this.plot!.setScale('x', { min: from / 1000, max: to / 1000 });
      this.plot!.redraw(true, true);
    });
    this.showLegend(null);
  }

  private create(): void {
    const data = this.data;
    if (!data || !this.isConnected) return;
    this.plot?.destroy();
    const style = getComputedStyle(this);
    const color = (name: string): string => style.getPropertyValue(name).trim();
    const [from, to] = this.bounds();
    const lines = [...data.lines.entries()];
    const top = Number(this.getAttribute('max') ?? 'NaN');
    const grid = { stroke: color('--grid'), width: 1 };
    const font = `11px ${style.fontFamily}`;
    this.plot = new uPlot({
      width: this.canvas.clientWidth, height: this.height(),
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: sync.key, scales: ['x', null] }, drag: { x: true, y: false, setScale: false }, points: { size: 6 }, focus: { prox: 16 } },
      focus: { alpha: 0.35 },
      scales: {
        x: { time: true, range: [from / 1000, to / 1000] },
        y: { range: (_, min, max) => Number.isNaN(top) ? span(min, max) : [Math.min(0, min ?? 0), Math.max(top, max ?? 0)] },
      },
      axes: [
        { stroke: color('--muted'), grid, ticks: { show: false }, font, size: 24, space: 70, values: (_, ticks, __, ___, increment) => ticks.map(t => tick(t, increment, (to - from) / 1000)) },
        { stroke: color('--muted'), grid, ticks: { show: false }, font, size: 62, space: 34, ...(this.format === 'bytes' ? { incrs: powers } : {}), values: (_, ticks) => ticks.map(t => axis(Math.abs(t), this.format)) },
      ],
      series: [{}, ...lines.map(([key, line], i) => this.series(line, key, i, color))],
      hooks: {
        setSelect: [u => {
          if (u.select.width < 4) return;
          const [a, b] = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')];
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (b - a >= 2) setRange({ from: String(Math.round(a * 1000)), to: String(Math.round(b * 1000)) }, true);
        }],
        setCursor: [u => this.showLegend(u.cursor.idx ?? null)],
      },
    }, [data.times, ...data.columns()] as uPlot.AlignedData, this.canvas);
    this.plot.over.addEventListener('dblclick', () => resetZoom());
    this.buildLegend(lines, color);
    if (!this.note.textContent || this.note.dataset.kind === 'data') {
      this.note.dataset.kind = 'data';
      this.note.textContent = lines.length === 0 ? (this.getAttribute('empty') ?? 'No data in this time range.') : data.leftOut > 0 ? `${data.leftOut} more series are not drawn: filter by a label.` : '';
    }
  }

  private series(line: Line, key: string, i: number, color: (name: string) => string): uPlot.Series {
    const stroke = color(`--line-${i % 8 + 1}`);
    const gap = Math.max(3 * line.spacing, 2 * this.data!.step / 1000);
    return {
      label: key,
      show: !this.hidden_.has(key),
      stroke, width: 1.5,
      dash: i >= 8 ? [6, 4] : undefined,
      fill: this.data!.lines.size === 1 || this.hasAttribute('fill') ? color('--fill') || undefined : undefined,
      points: { show: (u, s) => this.data!.lines.size > 0 && isolated(u.data[s] as (number | null)[]) },
      gaps: (u, _, __, ___, nulls) => nulls.filter(([a, b]) => u.posToVal(b, 'x', true) - u.posToVal(a, 'x', true) > gap),
    };
  }

  private buildLegend(lines: [string, Line][], color: (name: string) => string): void {
    const names = this.names(lines.map(([, line]) => line));
    this.legend.replaceChildren(...lines.map(([key], i) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', String(!this.hidden_.has(key)));
      button.title = 'Show or hide this line';
      const swatch = document.createElement('i');
      swatch.style.background = color(`--line-${i % 8 + 1}`);
      const value = document.createElement('b');
      button.append(swatch, names[i]!, value);
      button.onclick = () => {
        const show = this.hidden_.has(key);
        if (show) this.hidden_.delete(key);
        else this.hidden_.add(key);
        button.setAttribute('aria-pressed', String(show));
        this.plot?.setSeries(i + 1, { show });
      };
      item.append(button);
      return item;
    }));
    this.showLegend(null);
  }

  // The value under the cursor, or the newest.
  private showLegend(index: number | null): void {
    if (!this.data) return;
    let i = 0;
    for (const line of this.data.lines.values()) {
      const value = index === null ? line.values.findLast(v => v !== null && v !== undefined) ?? null : line.values[index] ?? null;
      const cell = this.legend.children[i++]?.querySelector('b');
      const text = format(value === null ? null : Math.abs(value), this.format);
      if (cell && cell.textContent !== text) cell.textContent = text;
    }
    const at = index === null ? null : this.data.times[index];
    this.legend.dataset.time = at ? clock(at * 1000, true) : '';
  }

  // What tells the lines apart: the query's name, or the labels that differ.
  private names(lines: Line[]): string[] {
    const differing = new Set<string>();
    for (const line of lines) {
      for (const name of Object.keys(line.labels)) {
        if (lines.some(other => other.query === line.query && other.labels[name] !== line.labels[name])) differing.add(name);
      }
    }
    return lines.map(line => {
      const query = this.queries[line.query]!;
      const shown = query.legend ? [query.legend] : [...differing];
      const values = shown.map(n => line.labels[n]).filter(v => v !== undefined && v !== '').join(' ');
      return [query.name, values].filter(Boolean).join(' ') || query.metric;
    });
  }
}

function isolated(values: (number | null)[]): boolean {
  let count = 0;
  for (const value of values) if (value !== null && value !== undefined && ++count > 1) return false;
  return count === 1;
}

function span(min: number | null, max: number | null): [number, number] {
  const [low, high] = [Math.min(0, min ?? 0), max ?? 1];
  const room = (high - low || 1) * 0.08;
  return [low < 0 ? low - room : 0, high <= low ? low + 1 : high + room];
}

function tick(time: number, increment: number, length: number): string {
  const date = new Date(time * 1000);
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (increment < 60) options.second = '2-digit';
  const text = date.toLocaleTimeString([], options);
  return length > 86_400 * 1.2 && date.getHours() === 0 ? date.toLocaleDateString([], { day: '2-digit', month: '2-digit' }) : text;
}

customElements.define('pp-chart', ChartElement);
