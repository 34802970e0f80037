// The page's head: whether the page is live, and since when it is not. <pp-time>, <pp-ago>: points in time as a person reads them.
// <pp-fresh>: since when a panel has no news. <pp-value>: a number with its unit.
import { serverNow } from './api';
import { clock, day, format, moment, zone, type Format } from './format';
import { onPoints, onState, type LiveState } from './live';
import { current, isLive, onRange } from './timeRange';

// How long nothing may come before the page says so: three times the longest wait so far, so that a sender of one sample a minute is no alarm.
const patience = { least: 10_000, most: 600_000, times: 3 };

class StatusElement extends HTMLElement {
  private readonly word = document.createElement('b');
  private readonly at = document.createElement('span');
  private state: LiveState = 'connecting';
  private since = 0; // when the state began
  private newest = 0; // the time of the newest sample
  private arrived = 0; // when it came
  private gap = 0; // the longest wait between two pushes, forgotten slowly

  connectedCallback(): void {
    this.at.title = 'Time of the newest sample on this page';
    this.replaceChildren(this.at, this.word);
    this.setAttribute('role', 'status');
    this.setAttribute('aria-live', 'off');
    onState(state => {
      if (this.state !== state) this.since = serverNow();
      this.state = state;
      this.show();
    });
    onPoints(time => {
      const now = performance.now();
      if (this.arrived > 0) this.gap = Math.max(this.gap * 0.98, now - this.arrived);
      this.arrived = now;
      this.newest = Math.max(this.newest, time);
      this.show();
    });
    onRange(() => this.show());
    window.setInterval(() => this.show(), 1000);
    // What was missed while the machine slept is no wait of a sender's.
    document.addEventListener('visibilitychange', () => this.show());
  }

  private show(): void {
    const [state, text] = this.truth();
    if (this.dataset.state !== state) this.dataset.state = state;
    if (this.word.textContent !== text) this.word.textContent = text;
    const at = this.newest > 0 && state === 'live' ? `last updated ${clock(this.newest)}` : '';
    if (this.at.textContent !== at) this.at.textContent = at;
  }

  private truth(): [string, string] {
    if (this.state === 'offline') return ['offline', `no connection since ${moment(this.since)}`];
    if (this.state === 'connecting') return ['connecting', 'connecting'];
    const charts = document.querySelector('pp-chart') !== null;
    const readings = document.querySelector('pp-bar, pp-number') !== null;
    if (!charts && !readings) return ['connected', 'connected'];
    if (!readings && !isLive(current())) return ['connected', 'fixed time range'];
    if (this.arrived === 0) return ['quiet', 'waiting for samples'];
    const limit = Math.min(patience.most, Math.max(patience.least, patience.times * this.gap));
    return performance.now() - this.arrived < limit ? ['live', 'live'] : ['quiet', `no samples since ${moment(this.newest)}`];
  }
}

abstract class TextElement extends HTMLElement {
  connectedCallback(): void {
    this.show();
  }

  attributeChangedCallback(): void {
    this.show();
  }

  // The point in time of the attribute "at", or null.
  protected time(): number | null {
    const time = Date.parse(this.getAttribute('at') ?? '');
    return Number.isNaN(time) ? null : time;
  }

  protected say(text: string): void {
    if (this.textContent !== text) this.textContent = text;
  }

  protected abstract show(): void;
}

class TimeElement extends TextElement {
  static readonly observedAttributes = ['at'];

  protected show(): void {
    const time = this.time();
    if (time === null) return;
    this.title = whole(time);
    this.say(this.hasAttribute('day') ? day(time) : moment(time));
  }
}

abstract class TickingElement extends TextElement {
  private timer = 0;

  override connectedCallback(): void {
    this.timer = window.setInterval(() => this.show(), 1000);
    super.connectedCallback();
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }
}

class AgoElement extends TickingElement {
  static readonly observedAttributes = ['at'];

  protected show(): void {
    const time = this.time();
    if (time === null) return;
    this.say(length(Math.max(0, serverNow() - time) / 1000));
    this.title = whole(time);
  }
}

// The panel around it is marked, so that what it claims is not shown as if it were of now.
class FreshElement extends TickingElement {
  static readonly observedAttributes = ['at', 'every'];

  protected show(): void {
    const time = this.time();
    if (time === null) return;
    const age = serverNow() - time;
    const stale = age > 3000 * Number(this.getAttribute('every') ?? '2') + 5000;
    this.closest('.polled')?.toggleAttribute('data-stale', stale);
    this.say(stale ? `No news since ${moment(time)}, for ${length(age / 1000)}: it may be otherwise now.` : '');
  }
}

class ValueElement extends TextElement {
  static readonly observedAttributes = ['value', 'format'];

  protected show(): void {
    const text = this.getAttribute('value') ?? '';
    const value = Number(text);
    this.say(text === '' || Number.isNaN(value) ? 'no value' : format(value, (this.getAttribute('format') ?? 'number') as Format));
  }
}

class ZoneElement extends HTMLElement {
  connectedCallback(): void {
    this.textContent = zone();
  }
}

function length(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function whole(time: number): string {
  return `${new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' })} (${zone()})`;
}

customElements.define('pp-status', StatusElement);
customElements.define('pp-time', TimeElement);
customElements.define('pp-ago', AgoElement);
customElements.define('pp-fresh', FreshElement);
customElements.define('pp-value', ValueElement);
customElements.define('pp-zone', ZoneElement);
