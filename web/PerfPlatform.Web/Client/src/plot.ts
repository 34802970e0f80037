// How a chart is drawn: the options of uPlot.
import uPlot from 'uplot';
import { lonely, type ChartData } from './chartData';
import { axis, type Format } from './format';
import type { LineStyle } from './lineStyle';

export interface Drawing {
  width: number;
  height: number;
  data: ChartData;
  styles: LineStyle[];
  hidden: (index: number) => boolean;
  window: () => [number, number]; // in milliseconds; moves on
  format: Format;
  top: number; // the least upper end, or NaN
  mirrored: boolean;
  fill: boolean;
  font: string;
  colour: (name: string) => string;
  selected: (from: number, to: number) => void;
  moved: (index: number | null) => void;
}

const sync = uPlot.sync('page');

// Bytes are counted in powers of two: so are the steps of their axis.
const powers = Array.from({ length: 50 }, (_, i) => 2 ** i);

export function options(d: Drawing): uPlot.Options {
  const grid = { stroke: d.colour('--grid'), width: 1 };
  const common = { stroke: d.colour('--muted'), grid, ticks: { show: false }, font: d.font };
  const binary = d.format === 'bytes' || d.format === 'byterate';
  return {
    width: d.width, height: d.height,
    padding: [8, 26, 0, 0], // half a label of time has room at the right
    legend: { show: false },
    cursor: { sync: { key: sync.key, scales: ['x', null] }, drag: { x: true, y: false, setScale: false }, points: { size: 6 }, focus: { prox: 16 } },
    focus: { alpha: 0.35 },
    scales: {
      x: { time: true, range: () => d.window().map(time => time / 1000) as [number, number] },
      y: { range: (_, min, max) => Number.isNaN(d.top) ? span(min, max) : [Math.min(0, min ?? 0), Math.max(d.top, max ?? 0)] },
    },
    axes: [
      { ...common, size: 24, space: 70, values: (_, ticks, __, ___, increment) => ticks.map(t => timeLabel(t, increment, d.window())) },
      {
        ...common, space: 34, ...(binary ? { incrs: powers } : {}),
        size: (_, values) => Math.max(62, 12 + 6.5 * Math.max(0, ...(values ?? []).map(v => v.length))),
        values: (_, ticks) => ticks.map(t => axis(d.mirrored ? Math.abs(t) : t, d.format)),
      },
    ],
    series: [{}, ...d.data.lines.map((line, i): uPlot.Series => {
      const reach = Math.max(3 * line.spacing, 2); // in steps: what lies further apart is a gap
      const stroke = d.colour(`--line-${d.styles[i]!.colour + 1}`);
      return {
        label: line.name,
        show: !d.hidden(i),
        stroke, width: 1.5,
        dash: d.styles[i]!.dash,
        fill: d.fill ? d.colour('--fill') || undefined : undefined,
        gaps: (u, _, __, ___, nulls) => nulls.filter(([a, b]) => u.posToVal(b, 'x', true) - u.posToVal(a, 'x', true) > reach * d.data.step / 1000),
        points: { show: false, size: 5, fill: stroke, filter: (u, s) => lonely(u.data[s] as (number | null)[], reach) },
      };
    })],
    hooks: {
      setSelect: [u => {
        if (u.select.width < 4) return;
        const [a, b] = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')];
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        if (b - a >= 2) d.selected(Math.round(a * 1000), Math.round(b * 1000));
      }],
      setCursor: [u => d.moved(u.cursor.idx ?? null)],
    },
  };
}

function span(min: number | null, max: number | null): [number, number] {
  const [low, high] = [Math.min(0, min ?? 0), max ?? 1];
  const room = (high - low || 1) * 0.08;
  return [low < 0 ? low - room : 0, high <= low ? low + 1 : high + room];
}

export function timeLabel(time: number, increment: number, [from, to]: [number, number]): string {
  const date = new Date(time * 1000);
  if ((to - from) > 86_400_000 * 1.2 && date.getHours() === 0 && date.getMinutes() === 0) return date.toLocaleDateString([], { day: '2-digit', month: '2-digit' });
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (increment < 60) options.second = '2-digit';
  return date.toLocaleTimeString([], options);
}
