// The page's head: connection state and when something last came. <pp-time>, <pp-ago>: points in time as a person reads them.
import { serverNow } from './api';
import { clock } from './format';
import { onPoints, onState } from './live';

const states = { connecting: 'connecting', live: 'live', offline: 'no connection' };

class StatusElement extends HTMLElement {
  connectedCallback(): void {
    const word = document.createElement('b');
    const at = document.createElement('span');
    let newest = 0;
    let shown = 0;
    at.title = 'Time of the newest sample on this page';
    this.replaceChildren(at, word);
    this.setAttribute('role', 'status');
    this.setAttribute('aria-live', 'off');
    onState(state => {
      this.dataset.state = state;
      word.textContent = states[state];
    });
    onPoints(time => {
      newest = Math.max(newest, time);
      const second = Math.floor(newest / 1000);
      if (second === shown) return;
      shown = second;
      at.textContent = `last updated ${clock(newest)}`;
    });
  }
}

class TimeElement extends HTMLElement {
  static readonly observedAttributes = ['at'];

  connectedCallback(): void {
    this.show();
  }

  attributeChangedCallback(): void {
    this.show();
  }

  private show(): void {
    const time = Date.parse(this.getAttribute('at') ?? '');
    if (Number.isNaN(time)) return;
    this.title = new Date(time).toISOString();
    this.textContent = clock(time, Math.abs(serverNow() - time) > 12 * 3_600_000);
  }
}

class AgoElement extends HTMLElement {
  static readonly observedAttributes = ['at'];
  private timer = 0;

  connectedCallback(): void {
    this.timer = window.setInterval(() => this.show(), 1000);
    this.show();
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }

  attributeChangedCallback(): void {
    this.show();
  }

  private show(): void {
    const time = Date.parse(this.getAttribute('at') ?? '');
    if (Number.isNaN(time)) return;
    const text = length(Math.max(0, serverNow() - time) / 1000);
    if (this.textContent !== text) this.textContent = text;
    this.title = new Date(time).toLocaleString();
  }
}

function length(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

customElements.define('pp-status', StatusElement);
customElements.define('pp-time', TimeElement);
customElements.define('pp-ago', AgoElement);
