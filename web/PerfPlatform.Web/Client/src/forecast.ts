// <pp-forecast>: what comes next of the series of a metric, asked for when a person wants it: a sentence for each, and a chart of what was, what is expected and how sure that is.
import uPlot from 'uplot';
import { call, finite } from './api';
import { axis, type Format } from './format';
import { timeLabel } from './plot';

interface Points { times: number[]; values: (number | string | null)[]; low?: number[]; high?: number[] }

interface Finding { id: string; severity: string; summary: string; data: { stepMs: number; history: Points; expected: Required<Points> } }

const horizons = ['1h', '6h', '24h', '7d'];

// More charts are not compared by anybody; the sentences are all there.
const mostCharts = 6;

class ForecastElement extends HTMLElement {
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly note = document.createElement('p');
  private readonly list = document.createElement('ul');
  private plots: (() => void)[] = [];
  private found: Finding[] = [];
  private turn = 0;
  private readonly again = (): void => this.draw();

  connectedCallback(): void {
    const choice = document.createElement('div');
    choice.className = 'horizons';
    choice.setAttribute('role', 'group');
    choice.setAttribute('aria-label', 'How far to look ahead');
    for (const horizon of horizons) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = horizon;
      button.setAttribute('aria-pressed', 'false');
      button.onclick = () => void this.ask(horizon);
      this.buttons.set(horizon, button);
      choice.append(button);
    }

    this.note.className = 'note';
    this.note.setAttribute('role', 'status');
    this.list.className = 'forecasts';
    this.replaceChildren(choice, this.note, this.list);
    addEventListener('pp-theme', this.again);
    addEventListener('resize', this.again);
  }

  disconnectedCallback(): void {
    removeEventListener('pp-theme', this.again);
    removeEventListener('resize', this.again);
    this.clear();
  }

  private async ask(horizon: string): Promise<void> {
    for (const [name, button] of this.buttons) button.setAttribute('aria-pressed', String(name === horizon));
    const turn = ++this.turn;
    this.note.textContent = 'Looking ahead…';
    const query = new URLSearchParams({ metric: this.getAttribute('metric') ?? '', horizon });
    for (const match of JSON.parse(this.getAttribute('match') ?? '[]') as string[]) query.append('match', match);
    const answer = await call('GET', `/api/v1/analysis/forecast?${query}`);
    if (turn !== this.turn) return;
    this.found = answer.detail === null ? (answer.body as { items: Finding[] }).items : [];
    this.note.textContent = answer.detail ?? (this.found.length > 0 ? '' : 'There is not enough history to say anything yet: ten minutes with a value in most of them.');
    this.draw();
  }

  private clear(): void {
    for (const destroy of this.plots) destroy();
    this.plots = [];
  }

  private draw(): void {
    this.clear();
    this.list.replaceChildren(...this.found.map(finding => {
      const item = document.createElement('li');
      const said = document.createElement('bdi'); // names are what senders send
      said.textContent = finding.summary;
      if (finding.severity !== 'info') said.className = finding.severity;
      item.append(said);
      return item;
    }));
    this.found.slice(0, mostCharts).forEach((finding, i) => this.chart(finding, this.list.children[i] as HTMLElement));
    this.dataset.found = String(this.found.length);
  }

  private chart(finding: Finding, into: HTMLElement): void {
    const { history, expected, stepMs } = finding.data;
    const css = getComputedStyle(this);
    const colour = (name: string): string => css.getPropertyValue(name).trim();
    const kind = (this.getAttribute('format') ?? 'number') as Format;
    const times = [...history.times, ...expected.times].map(time => time / 1000);
    const [before, after] = [history.times.map(() => null), expected.times.map(() => null)];
    const last = finite(history.values.at(-1)); // the lines meet
    const joined = (values: (number | string | null)[]): (number | null)[] => [...before.slice(1), last, ...values.map(finite)];
    const common = { stroke: colour('--muted'), grid: { stroke: colour('--grid'), width: 1 }, ticks: { show: false }, font: `11px ${css.fontFamily}` };
    const canvas = document.createElement('div');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', finding.summary);
    into.append(canvas);
    const window: [number, number] = [times[0]! * 1000, times.at(-1)! * 1000 + stepMs];
    const plot = new uPlot({
      width: Math.max(200, canvas.clientWidth), height: 170, padding: [8, 26, 0, 0],
      legend: { show: false }, cursor: { show: false },
      scales: { x: { time: true }, y: { range: (_, min, max) => [Math.min(0, min ?? 0), (max ?? 1) > 0 ? (max ?? 1) * 1.08 : 1] } },
      axes: [
        { ...common, size: 24, space: 70, values: (_, ticks, __, ___, increment) => ticks.map(t => timeLabel(t, increment, window)) },
        { ...common, space: 34, size: 70, values: (_, ticks) => ticks.map(t => axis(t, kind)) },
      ],
      series: [
        {},
        { stroke: colour('--line-1'), width: 1.5, points: { show: false } },
        { stroke: colour('--line-1'), width: 1.5, dash: [5, 4], points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
      ],
      bands: [{ series: [4, 3], fill: colour('--fill') || 'rgba(127, 127, 127, 0.2)' }],
    }, [times, [...history.values.map(finite), ...after], joined(expected.values), joined(expected.low), joined(expected.high)] as uPlot.AlignedData, canvas);
    this.plots.push(() => plot.destroy());
  }
}

customElements.define('pp-forecast', ForecastElement);
