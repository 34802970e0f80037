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

const lengths = ['15m', '1h', '6h', '24h'];

class RangeElement extends HTMLElement {
  private stop: (() => void) | null = null;
  // Made once: a button that is drawn anew loses the focus of who pressed it.
  private readonly buttons = lengths.map(length => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = length;
    button.onclick = () => setRange({ from: `now-${length}`, to: 'now' });
    return button;
  });
  private readonly custom = document.createElement('details');
  private readonly summary = document.createElement('summary');
  private readonly from = field('From');
  private readonly to = field('To');

  connectedCallback(): void {
    fallback = this.getAttribute('default') ?? fallback;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', 'Time range');
    const form = document.createElement('form');
    const apply = document.createElement('button');
    apply.textContent = 'Apply';
    form.append(this.from.label, this.to.label, apply);
    form.onsubmit = event => this.apply(event);
    // The period that is shown then, also while it moves.
    this.custom.ontoggle = () => this.custom.open && this.fill();
    this.custom.onkeydown = event => {
      if (event.key === 'Escape' && this.custom.open) this.close();
    };
    this.custom.replaceChildren(this.summary, form);
    this.replaceChildren(...this.buttons, this.custom);
    this.stop = onRange(() => this.draw());
    this.draw();
  }

  disconnectedCallback(): void {
    this.stop?.();
  }

  private draw(): void {
    const now = current();
    const pressed = now.to === 'now' ? lengths.indexOf(now.from.replace(/^now-/, '')) : -1;
    this.buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(index === pressed)));
    this.summary.textContent = pressed < 0 ? label(now) : 'Custom';
    this.summary.classList.toggle('on', pressed < 0);
    if (this.custom.open) this.fill();
  }

  private fill(): void {
    const now = current();
    this.from.input.value = local(resolve(now.from));
    this.to.input.value = local(resolve(now.to));
    this.to.input.setCustomValidity('');
  }

  private apply(event: Event): void {
    event.preventDefault();
    const [a, b] = [new Date(this.from.input.value).getTime(), new Date(this.to.input.value).getTime()];
    if (a < b) {
      this.close();
      setRange({ from: String(a), to: String(b) });
    } else this.to.input.setCustomValidity('The end must lie after the start.'), this.to.input.reportValidity();
  }

  private close(): void {
    this.custom.open = false;
    this.summary.focus();
  }
}

// As an input of local time wants it; nothing where the address does not hold a time.
function local(time: number): string {
  return Number.isNaN(time) ? '' : new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function field(text: string): { label: HTMLLabelElement; input: HTMLInputElement } {
  const label = document.createElement('label');
  const input = document.createElement('input');
  input.type = 'datetime-local';
  input.step = '1';
  input.oninput = () => input.setCustomValidity('');
  label.append(text, input);
  return { label, input };
}

function label(range: TimeRange): string {
  const part = (text: string): string => text.startsWith('now') ? text : new Date(resolve(text)).toLocaleString([], { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${part(range.from)} – ${part(range.to)}`;
}

customElements.define('pp-range', RangeElement);
