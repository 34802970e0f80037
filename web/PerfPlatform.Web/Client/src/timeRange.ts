// The page's time range: in the address (from, to), shared by all its charts. <pp-range>: the picker.
import { serverNow } from './api';
import { zone } from './format';
import { problem as problemOf, resolve, type TimeRange } from './range';

const handlers = new Set<() => void>();
let fallback = 'now-1h';

export function current(): TimeRange {
  const query = new URLSearchParams(location.search);
  return { from: query.get('from') ?? fallback, to: query.get('to') ?? 'now' };
}

// In Unix milliseconds; null when the address cannot be read: then the picker says what is wrong.
export function bounds(): [number, number] | null {
  const [range, now] = [current(), serverNow()];
  return problemOf(range, now) === null ? [resolve(range.from, now)!, resolve(range.to, now)!] : null;
}

export function isLive(range: TimeRange): boolean {
  return range.to === 'now';
}

export function onRange(handler: () => void): () => void {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

// A zoom remembers in the history what was shown before the first one.
export function zoom(range: TimeRange): void {
  write(range, beforeZoom() ?? current());
}

// To what was shown before the zoom; a zoom that was opened by its address leaves to the newest data.
export function leaveZoom(): void {
  const before = beforeZoom();
  if (before) write(before, null);
  else if (!isLive(current())) write({ from: fallback, to: 'now' }, null);
}

function beforeZoom(): TimeRange | null {
  return (history.state as { beforeZoom?: TimeRange } | null)?.beforeZoom ?? null;
}

// Each range is a place of its own in the history: Back leads to the one before.
function write(range: TimeRange, before: TimeRange | null): void {
  const query = new URLSearchParams(location.search);
  query.set('from', range.from);
  query.set('to', range.to);
  history.pushState({ ...history.state as object | null, beforeZoom: before }, '', `${location.pathname}?${query}${location.hash}`);
  changed();
}

function changed(): void {
  carry();
  for (const handler of handlers) handler();
}

// Links and forms with data-range take the range along.
function carry(): void {
  const query = new URLSearchParams(location.search);
  const set = Object.entries(current()).filter(([name]) => query.has(name));
  for (const element of document.querySelectorAll<HTMLAnchorElement | HTMLFormElement>('[data-range]')) {
    if (element instanceof HTMLAnchorElement) {
      const url = new URL(element.href);
      for (const name of ['from', 'to']) url.searchParams.delete(name);
      for (const [name, value] of set) url.searchParams.set(name, value);
      element.href = url.toString();
    } else {
      for (const old of element.querySelectorAll('input[type=hidden][name=from], input[type=hidden][name=to]')) old.remove();
      for (const [name, value] of set) element.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
  }
}

// The rest of the address: a step in the history that changes it is a way to another page.
const page = (): string => {
  const url = new URL(location.href);
  for (const name of ['from', 'to']) url.searchParams.delete(name);
  return url.pathname + url.search;
};
const opened = page();

// Before the framework's own listener, which would ask the server for the page anew.
addEventListener('popstate', event => {
  if (page() !== opened) return;
  event.stopImmediatePropagation();
  changed();
}, true);

class RangeElement extends HTMLElement {
  private stop: (() => void) | null = null;
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly custom = document.createElement('details');
  private readonly summary = document.createElement('summary');
  private readonly from = field('From');
  private readonly to = field('To');
  private readonly where = document.createElement('small');
  private readonly wrong = document.createElement('p');

  connectedCallback(): void {
    fallback = this.getAttribute('default') ?? fallback;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', 'Time range');
    this.build();
    this.stop = onRange(() => this.show());
    this.show();
  }

  disconnectedCallback(): void {
    this.stop?.();
  }

  // Once: what has the focus keeps it when the range changes.
  private build(): void {
    for (const length of ['15m', '1h', '6h', '24h']) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = length;
      button.onclick = () => write({ from: `now-${length}`, to: 'now' }, null);
      this.buttons.set(`now-${length}`, button);
    }
    const form = document.createElement('form');
    const apply = document.createElement('button');
    apply.textContent = 'Apply';
    form.append(this.from.label, this.to.label, apply);
    form.onsubmit = event => {
      event.preventDefault();
      const [a, b] = [new Date(this.from.input.value).getTime(), new Date(this.to.input.value).getTime()];
      if (a < b) {
        this.close();
        write({ from: String(a), to: String(b) }, null);
      } else {
        this.to.input.setCustomValidity('The end must lie after the start.');
        this.to.input.reportValidity();
      }
    };
    this.custom.onkeydown = event => {
      if (event.key === 'Escape' && this.custom.open) this.close();
    };
    this.custom.ontoggle = () => {
      if (this.custom.open) this.fill();
    };
    this.where.className = 'zone';
    this.where.textContent = zone();
    this.where.title = 'The time zone of all times on this page';
    this.wrong.className = 'error';
    this.wrong.setAttribute('role', 'alert');
    this.custom.append(this.summary, form);
    this.replaceChildren(...this.buttons.values(), this.custom, this.where, this.wrong);
  }

  private close(): void {
    this.custom.open = false;
    this.summary.focus();
  }

  private show(): void {
    const range = current();
    const usual = range.to === 'now' ? this.buttons.get(range.from) : undefined;
    for (const button of this.buttons.values()) button.setAttribute('aria-pressed', String(button === usual));
    const wrong = problemOf(range, serverNow());
    this.wrong.hidden = wrong === null;
    this.wrong.textContent = wrong;
    this.summary.textContent = usual || wrong !== null ? 'Custom' : label(range);
    this.summary.classList.toggle('on', !usual && wrong === null);
    this.fill();
  }

  private fill(): void {
    const [from, to] = bounds() ?? [serverNow() - 3_600_000, serverNow()];
    this.from.input.value = local(from);
    this.to.input.value = local(to);
    this.to.input.setCustomValidity('');
  }
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

// As a datetime-local input has it: the browser's zone, no offset.
function local(time: number): string {
  const shifted = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return Number.isNaN(shifted.getTime()) ? '' : shifted.toISOString().slice(0, 19);
}

function label(range: TimeRange): string {
  const now = serverNow();
  const part = (text: string): string => text.startsWith('now') ? text
    : new Date(resolve(text, now)!).toLocaleString([], { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${part(range.from)} – ${part(range.to)}`;
}

customElements.define('pp-range', RangeElement);
