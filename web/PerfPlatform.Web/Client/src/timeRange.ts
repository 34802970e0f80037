// The page's time range: in the address (from, to), shared by all its charts. <pp-range>: the picker.
import { serverNow } from './api';

export interface TimeRange { from: string; to: string }

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const handlers = new Set<() => void>();
let fallback = 'now-1h';
const before: TimeRange[] = []; // at most 20 zooms

export function current(): TimeRange {
  const query = new URLSearchParams(location.search);
  return { from: query.get('from') ?? fallback, to: query.get('to') ?? 'now' };
}

export function resolve(text: string): number {
  const relative = /^now(?:-(\d+(?:\.\d+)?)([smhdw]))?$/.exec(text);
  if (relative) return serverNow() - (relative[1] ? Number(relative[1]) * units[relative[2]!]! : 0);
  return /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
}

export function isLive(range: TimeRange): boolean {
  return range.to === 'now';
}

export function onRange(handler: () => void): () => void {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

export function setRange(range: TimeRange, zoom = false): void {
  if (zoom) {
    before.push(current());
    if (before.length > 20) before.shift();
  } else before.length = 0;
  write(range);
}

export function resetZoom(): void {
  const first = before[0];
  before.length = 0;
  if (first) write(first);
}

function write(range: TimeRange): void {
  const query = new URLSearchParams(location.search);
  query.set('from', range.from);
  query.set('to', range.to);
  history.replaceState(history.state, '', `${location.pathname}?${query}`);
  for (const handler of handlers) handler();
}

class RangeElement extends HTMLElement {
  private stop: (() => void) | null = null;

  connectedCallback(): void {
    fallback = this.getAttribute('default') ?? fallback;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', 'Time range');
    this.stop = onRange(() => this.draw());
    this.draw();
  }

  disconnectedCallback(): void {
    this.stop?.();
  }

  private draw(): void {
    const now = current();
    const buttons = ['15m', '1h', '6h', '24h'].map(length => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = length;
      button.setAttribute('aria-pressed', String(now.from === `now-${length}` && now.to === 'now'));
      button.onclick = () => setRange({ from: `now-${length}`, to: 'now' });
      return button;
    });
    const custom = document.createElement('details');
    const summary = document.createElement('summary');
    const isCustom = !buttons.some(b => b.getAttribute('aria-pressed') === 'true');
    summary.textContent = isCustom ? label(now) : 'Custom';
    if (isCustom) summary.classList.add('on');
    const form = document.createElement('form');
    const [from, to] = [field('From', resolve(now.from)), field('To', resolve(now.to))];
    const apply = document.createElement('button');
    apply.textContent = 'Apply';
    form.append(from.label, to.label, apply);
    form.onsubmit = event => {
      event.preventDefault();
      const [a, b] = [new Date(from.input.value).getTime(), new Date(to.input.value).getTime()];
      if (a < b) setRange({ from: String(a), to: String(b) });
      else to.input.setCustomValidity('The end must lie after the start.'), to.input.reportValidity();
    };
    custom.append(summary, form);
    this.replaceChildren(...buttons, custom);
  }
}

function field(text: string, time: number): { label: HTMLLabelElement; input: HTMLInputElement } {
  const label = document.createElement('label');
  const input = document.createElement('input');
  input.type = 'datetime-local';
  input.step = '1';
  input.value = new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  input.oninput = () => input.setCustomValidity('');
  label.append(text, input);
  return { label, input };
}

function label(range: TimeRange): string {
  const part = (text: string): string => text.startsWith('now') ? text : new Date(resolve(text)).toLocaleString([], { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${part(range.from)} – ${part(range.to)}`;
}

customElements.define('pp-range', RangeElement);
