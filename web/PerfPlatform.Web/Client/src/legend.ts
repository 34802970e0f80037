// A chart's legend: the time that its values are of, and for each line its swatch, name and value.
import { format, moment, type Format } from './format';
import type { LineStyle } from './lineStyle';

export interface LegendLine { key: string; name: string; style: LineStyle; colour: string }

export class Legend {
  readonly element = document.createElement('ul');
  private readonly time = document.createElement('time');
  private values: HTMLElement[] = [];

  // The hidden lines are the chart's, for they outlive a drawing of it; toggled tells which line was shown or hidden.
  constructor(private readonly hidden: Set<string>, private readonly toggled: (index: number, show: boolean) => void) {
    this.element.className = 'legend';
  }

  build(lines: LegendLine[]): void {
    this.values = lines.map(() => document.createElement('b'));
    const at = document.createElement('li');
    at.className = 'at';
    at.append(this.time);
    this.element.replaceChildren(at, ...lines.map((line, i) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', String(!this.hidden.has(line.key)));
      button.title = `${line.name}: show or hide this line`;
      button.dataset.colour = String(line.style.colour + 1);
      // Names are what senders send: they may be long and may turn the text around.
      const name = document.createElement('bdi');
      name.textContent = line.name;
      button.append(swatch(line), name, this.values[i]!);
      button.onclick = () => {
        const show = this.hidden.has(line.key);
        if (show) this.hidden.delete(line.key);
        else this.hidden.add(line.key);
        button.setAttribute('aria-pressed', String(show));
        this.toggled(i, show);
      };
      item.append(button);
      return item;
    }));
  }

  show(values: (number | null)[], kind: Format, time: number | null, paused: boolean): void {
    values.forEach((value, i) => set(this.values[i]!, format(value, kind)));
    set(this.time, time === null ? '' : moment(time) + (paused ? ' · paused' : ''));
    this.time.dateTime = time === null ? '' : new Date(time).toISOString();
  }
}

function set(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function swatch(line: LegendLine): SVGSVGElement {
  const [svg, stroke] = (['svg', 'line'] as const).map(name => document.createElementNS('http://www.w3.org/2000/svg', name)) as [SVGSVGElement, SVGLineElement];
  svg.setAttribute('viewBox', '0 0 24 4');
  svg.setAttribute('aria-hidden', 'true');
  for (const [name, value] of Object.entries({ x1: 0, x2: 24, y1: 2, y2: 2, stroke: line.colour, 'stroke-width': 2.5, 'stroke-dasharray': line.style.dash.join(' ') || 'none' })) stroke.setAttribute(name, String(value));
  svg.append(stroke);
  return svg;
}
