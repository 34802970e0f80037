// <pp-number>: a live number. <pp-bar>: a live share from 0 to 1 with a bar.
import { format, type Format } from './format';
import { readingOf, type Reading, type ReadingSpec } from './reading';

abstract class LiveElement extends HTMLElement {
  private readings: Reading[] = []; // while it can be seen
  private seen: IntersectionObserver | null = null;
  private timer = 0;
  private scheduled = false;

  connectedCallback(): void {
    this.build();
    // Only what can be seen is watched: a list of hosts has more numbers than a connection may have subscriptions.
    this.seen = new IntersectionObserver(entries => entries.at(-1)!.isIntersecting ? this.begin() : this.end(), { rootMargin: '200px' });
    this.seen.observe(this);
  }

  disconnectedCallback(): void {
    this.seen?.disconnect();
    this.end();
  }

  private begin(): void {
    if (this.readings.length > 0) return;
    for (const name of ['of', 'per']) {
      const spec = this.getAttribute(name);
      if (spec) this.readings.push(readingOf(JSON.parse(spec) as ReadingSpec, () => this.schedule()));
    }
    for (const reading of this.readings) void reading.start();
    // Also without new points: what is stale turns into a dash.
    this.timer = window.setInterval(() => this.schedule(), 5000);
  }

  private end(): void {
    clearInterval(this.timer);
    for (const reading of this.readings) reading.dispose();
    this.readings = [];
  }

  protected get format(): Format {
    return (this.getAttribute('format') ?? 'number') as Format;
  }

  protected abstract build(): void;

  protected abstract show(value: number | null): void;

  // Several readings that change together are shown together.
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      if (this.readings.length === 0) return;
      const value = this.readings[0]!.value();
      const reason = value === null ? this.readings[0]!.reason() : null;
      if (reason) this.title = reason;
      else this.removeAttribute('title');
      if (this.readings.length === 1) this.show(value);
      else {
        const divisor = this.readings[1]!.value();
        this.show(divisor === null ? null : divisor === 0 ? (this.hasAttribute('zero') ? 0 : null) : value === null ? (this.hasAttribute('zero') ? 0 : null) : value / divisor);
      }
    });
  }
}

class NumberElement extends LiveElement {
  protected build(): void {
    this.textContent = '–';
  }

  protected show(value: number | null): void {
    const text = format(value, this.format);
    if (this.textContent !== text) this.textContent = text;
    this.toggleAttribute('empty', value === null);
  }
}

class BarElement extends LiveElement {
  private readonly fill = document.createElement('i');
  private readonly text = document.createElement('b');

  protected build(): void {
    const track = document.createElement('span');
    track.append(this.fill);
    this.text.textContent = '–';
    this.replaceChildren(track, this.text);
    this.setAttribute('role', 'meter');
    this.setAttribute('aria-valuemin', '0');
    this.setAttribute('aria-valuemax', '100');
    this.setAttribute('aria-valuenow', '0');
  }

  protected show(value: number | null): void {
    const share = Math.min(1, Math.max(0, value ?? 0));
    this.fill.style.transform = `scaleX(${share.toFixed(4)})`;
    this.text.textContent = format(value, 'percent');
    this.setAttribute('aria-valuenow', (share * 100).toFixed(1));
    this.setAttribute('aria-valuetext', value === null ? 'no data' : this.text.textContent);
    this.toggleAttribute('empty', value === null);
    // Beyond the limit it is red, and says so without colour too.
    this.toggleAttribute('wrong', value !== null && value >= Number(this.getAttribute('limit') ?? '0.9'));
  }
}

customElements.define('pp-number', NumberElement);
customElements.define('pp-bar', BarElement);
