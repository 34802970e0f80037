// <pp-chart>: history from /api/v1/query, live points from the hub, drawn by uPlot.
// What is drawn can be read from its attributes: data-from and data-to (the window), data-newest (the newest point), all in Unix milliseconds.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { labelKey, range as queryRange, serverNow, type RangeSeries } from './api';
import { ChartData, isAsked, settling, type ChartQuery, type Line } from './chartData';
import { crosshairByKeys } from './crosshair';
import { moment, type Format } from './format';
import { Legend } from './legend';
import { styles } from './lineStyle';
import { heard, onState, subscribe } from './live';
import { isPaused, pauseBy } from './pause';
import { options } from './plot';
import { bounds, current, isLive, leaveZoom, onRange, zoom } from './timeRange';

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
const mostSteps = 720;

// How often the whole window is asked for anew (what is the largest may have changed), and how often its end, which live points have filled meanwhile.
const reload = 5 * 60_000;
const catchUp = 15_000;

// Samples may come late by so much and still be drawn at the next look at the end.
const late = 30_000;

class ChartElement extends HTMLElement {
  private queries: ChartQuery[] = [];
  private data: ChartData | null = null;
  private plot: uPlot | null = null;
  private disposers: (() => void)[] = [];
  private window: [number, number] = [0, 1];
  private drawn = 0; // the version of the lines that the plot has
  private visible = false;
  private held = false; // a person drags over the plot: it must not be built anew
  private stale = true; // the window is another
  private missed = false; // points may not have been taken in
  private dirty = false;
  private turn = 0;
  private busy = false;
  private failed = 0; // in a row
  private nextTry = 0;
  private loadedAt = 0;
  private lastDraw = 0;
  private newest = 0; // of what was asked for, in seconds
  private columns: (number | null)[][] = [];
  private warnings: string[] = [];
  private problem: string | null = null;
  private readonly hiddenLines = new Set<string>();
  private readonly canvas = document.createElement('div');
  private readonly note = document.createElement('p');
  private readonly remark = document.createElement('p');
  private readonly legend = new Legend(this.hiddenLines, (index, show) => this.plot?.setSeries(index + 1, { show }));

  constructor() {
    super();
    pauseBy(this);
    crosshairByKeys(this, () => this.plot);
  }

  connectedCallback(): void {
    this.queries = JSON.parse(this.getAttribute('queries') ?? '[]') as ChartQuery[];
    this.canvas.className = 'canvas';
    this.note.className = 'note';
    this.remark.className = 'remark';
    this.note.textContent = 'Loading…';
    this.replaceChildren(this.canvas, this.note, this.legend.element, this.remark);
    this.setAttribute('role', 'figure');
    // Also one that is empty or not yet asked for: who comes to it by the keyboard brings it into view.
    this.tabIndex = 0;
    const seen = new IntersectionObserver(entries => {
      this.visible = entries.at(-1)!.isIntersecting;
      this.tick();
    }, { rootMargin: '200px' });
    seen.observe(this);
    const sized = new ResizeObserver(() => this.plot?.setSize({ width: this.canvas.clientWidth, height: this.height() }));
    sized.observe(this.canvas);
    const timer = window.setInterval(() => this.tick(), 250);
    const theme = (): void => this.create();
    const look = (): void => this.tick();
    const held = (): void => void (this.held = true);
    const released = (): void => void (this.held = false);
    this.canvas.addEventListener('pointerdown', held);
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, released);
    addEventListener('pp-theme', theme);
    document.addEventListener('visibilitychange', look);
    this.disposers = [
      () => seen.disconnect(), () => sized.disconnect(), () => clearInterval(timer),
      () => removeEventListener('pp-theme', theme), () => document.removeEventListener('visibilitychange', look),
      () => this.canvas.removeEventListener('pointerdown', held), () => ['pointerup', 'pointercancel'].forEach(end => removeEventListener(end, released)),
      onRange(() => {
        this.stale = true;
        [this.failed, this.nextTry] = [0, 0];
        this.tick();
      }),
      // Before the feed began, or began anew, there may have been points.
      onState(state => {
        if (state !== 'live') return;
        this.data?.restart();
        this.missed = true;
      }),
      ...this.queries.flatMap((query, i) => isAsked(query) ? [] : [subscribe(query, points => {
        if (!this.data || !isLive(current())) return;
        if (this.isSeen) this.data.live(i, points);
        else this.missed = true;
        this.dirty = true;
      })]),
    ];
  }

  disconnectedCallback(): void {
    for (const dispose of this.disposers) dispose();
    this.disposers = [];
    this.plot?.destroy();
    this.plot = null;
  }

  private get isSeen(): boolean {
    return this.visible && !document.hidden;
  }

  private get format(): Format {
    return (this.getAttribute('format') ?? 'number') as Format;
  }

  private height(): number {
    return Number(this.getAttribute('height') ?? '180');
  }

  private tick(): void {
    if (!this.isSeen || this.held) return;
    const now = serverNow();
    const data = this.data;
    if ((!this.busy || this.stale) && now >= this.nextTry) {
      if (this.stale || !data || (isLive(current()) && !isPaused() && (now - this.loadedAt > reload || now - data.confirmed > reload))) void this.load();
      else if (isLive(current()) && (this.missed || now - data.confirmed > this.patience(data))) void this.follow(data);
    }
    if (!isLive(current()) || this.stale || !this.plot || !data || isPaused()) return;
    const since = performance.now() - this.lastDraw;
    if (since >= 980 || (this.dirty && since >= Math.min(1000, data.step) - 20)) this.draw(data);
  }

  // What the feed did not give as a whole is asked for as soon as it is over.
  private patience(data: ChartData): number {
    if (this.queries.some(isAsked)) return Math.min(catchUp, Math.max(2000, data.step));
    return data.confirmed < data.since + settling ? Math.min(catchUp, data.step + settling) : catchUp;
  }

  // The whole window.
  private async load(): Promise<void> {
    const window = bounds();
    const isOther = this.stale || !this.data;
    this.stale = false;
    if (!window) {
      this.nextTry = serverNow() + 1000;
      this.clear('The time range in the address cannot be read.');
      return;
    }
    const [from, to] = window;
    const seconds = steps.find(s => (to - from) / 1000 / s <= mostSteps) ?? steps.at(-1)!;
    const answers = await this.ask(Math.floor(from), Math.ceil(to), seconds * 1000);
    if (answers && this.held) {
      this.stale = true; // asked for again when the drag is over
    } else if (answers) {
      const data = new ChartData(this.queries, seconds * 1000, from, to);
      data.history(answers, serverNow());
      [this.data, this.window, this.loadedAt] = [data, window, serverNow()];
      this.create();
    } else if (isOther && !this.busy && this.problem !== null) {
      this.stale = true;
      this.clear(this.problem);
    }
  }

  // The end of the window, as the server has it.
  private async follow(data: ChartData): Promise<void> {
    const from = Math.floor(Math.max(data.times[0]! * 1000, data.confirmed - late) / data.step) * data.step;
    const answers = await this.ask(from, Math.ceil(serverNow()), data.step);
    if (!answers || data !== this.data) return;
    data.slide(...bounds() ?? this.window);
    data.merge(answers, serverNow());
    this.dirty = true;
    if (this.queries.some(isAsked)) this.tellNews(data);
  }

  // What is asked for is news to the page as what is pushed, if it is new.
  private tellNews(data: ChartData): void {
    const newest = data.times[newestOf(data.columns(serverNow()))] ?? 0;
    if (newest > this.newest) heard(newest * 1000);
    this.newest = newest;
  }

  // Null when there is no answer, or none that is of use any more. What failed is asked again, later each time.
  private async ask(from: number, to: number, step: number): Promise<RangeSeries[][] | null> {
    const turn = ++this.turn;
    this.busy = true;
    this.missed = false;
    const answers = await Promise.all(this.queries.map(q => queryRange({
      metric: q.metric, match: q.match, host: q.host, signal: q.signal, devices: q.devices, fn: q.fn, agg: q.agg, reduce: q.reduce, by: q.by ?? (q.reduce ? [] : undefined), from, to, step: `${step / 1000}s`,
    })));
    if (turn !== this.turn) return null;
    this.busy = false;
    this.problem = answers.find(answer => answer.error !== null)?.error ?? null;
    this.warnings = [...new Set(answers.flatMap(answer => answer.warnings))];
    if (this.problem === null) {
      [this.failed, this.nextTry] = [0, 0];
      return answers.map(answer => answer.series);
    }
    this.nextTry = serverNow() + Math.min(30_000, 1000 * 2 ** this.failed++);
    this.missed = true;
    this.remarks();
    return null;
  }

  private clear(why: string): void {
    this.plot?.destroy();
    [this.plot, this.data] = [null, null];
    this.legend.build([]);
    this.note.textContent = why;
    this.remark.textContent = '';
    for (const name of ['from', 'to', 'newest']) delete this.dataset[name];
  }

  private draw(data: ChartData): void {
    const window = bounds();
    if (!window) return;
    this.window = window;
    data.slide(...window);
    if (data.version !== this.drawn) {
      this.create();
      return;
    }
    this.columns = data.columns(serverNow());
    this.plot!.setData([data.times, ...this.columns] as uPlot.AlignedData);
    this.told();
  }

  private create(): void {
    const data = this.data;
    if (!data || !this.isConnected) return;
    this.plot?.destroy();
    this.plot = null;
    const css = getComputedStyle(this);
    const colour = (name: string): string => css.getPropertyValue(name).trim();
    const look = styles(data.lines.map(line => line.thing));
    this.drawn = data.version;
    this.columns = data.columns(serverNow());
    this.plot = new uPlot(options({
      width: this.canvas.clientWidth, height: this.height(),
      data, styles: look, hidden: i => this.hiddenLines.has(key(data.lines[i]!)),
      window: () => this.window,
      format: this.format, top: Number(this.getAttribute('max') ?? 'NaN'),
      mirrored: this.queries.some(query => query.mirrored), fill: data.lines.length === 1 || this.hasAttribute('fill'),
      font: `11px ${css.fontFamily}`, colour,
      selected: (from, to) => zoom({ from: String(from), to: String(to) }),
      moved: () => this.values(),
    }), [data.times, ...this.columns] as uPlot.AlignedData, this.canvas);
    this.plot.over.addEventListener('dblclick', leaveZoom);
    this.legend.build(data.lines.map((line, i) => ({ key: key(line), name: line.name, style: look[i]!, colour: colour(`--line-${look[i]!.colour + 1}`) })));
    this.note.textContent = data.lines.length === 0 ? this.getAttribute('empty') ?? 'No data in this time range.' : '';
    this.told();
  }

  private told(): void {
    [this.dirty, this.lastDraw] = [false, performance.now()];
    const newest = newestOf(this.columns);
    [this.dataset.from, this.dataset.to] = this.window.map(time => String(Math.round(time))) as [string, string];
    if (newest < 0) delete this.dataset.newest;
    else this.dataset.newest = String(Math.round(this.data!.times[newest]! * 1000));
    this.values();
    this.remarks();
  }

  // The values under the cursor, or the newest: a line that ended before has none.
  private values(): void {
    const data = this.data;
    if (!data || !this.plot) return;
    const cursor = this.plot.cursor.idx ?? null;
    const index = cursor ?? newestOf(this.columns);
    const values = data.lines.map((line, i) => {
      const column = this.columns[i]!;
      const at = cursor ?? column.findLastIndex(value => value !== null);
      const value = at < 0 || index - at > Math.max(3 * line.spacing, 2) ? null : column[at] ?? null;
      return value === null ? null : data.sign(line) * value;
    });
    const time = data.times[index];
    this.legend.show(values, this.format, time === undefined ? null : time * 1000, isLive(current()) && isPaused());
  }

  private remarks(): void {
    const data = this.data;
    const text = data ? [...this.warnings, ...data.notes] : [];
    if (data && data.leftOut > 0) text.unshift(`The ${data.lines.length} largest are drawn, ${data.leftOut} more are not: filter by a label.`);
    if (data && isLive(current()) && (this.problem !== null || serverNow() - data.confirmed > 2 * catchUp)) {
      text.unshift(`Not up to date since ${moment(data.confirmed)}. ${this.problem ?? 'The server has not answered yet.'}`);
    }
    const all = text.join(' ');
    if (this.remark.textContent !== all) this.remark.textContent = all;
  }
}

function newestOf(columns: (number | null)[][]): number {
  return Math.max(-1, ...columns.map(values => values.findLastIndex(value => value !== null)));
}

function key(line: Line): string {
  return `${line.query}\u0002${labelKey(line.labels)}`;
}

customElements.define('pp-chart', ChartElement);
