// <pp-number>: a live number. <pp-bar>: a live share from 0 to 1 with a bar.
import { format, type Format } from './format';
import { readingOf, type Reading, type ReadingSpec } from './reading';

abstract class LiveElement extends HTMLElement {
  private readings: Reading[] = [];
  private timer = 0;
  private scheduled = false;

  connectedCallback(): void {
    const spec = JSON.parse(this.getAttribute('of') ?? '{}') as ReadingSpec;
    const divisor = this.getAttribute('per');
    this.readings = [readingOf(spec, () => this.schedule())];
    if (divisor) this.readings.push(readingOf(JSON.parse(divisor) as ReadingSpec, () => this.schedule()));
    this.build();
    for (const reading of this.readings) void reading.start();
    // Also without new points: what is stale turns into a dash.
    this.timer = window.setInterval(() => this.schedule(), 5000);
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
    for (const reading of this.readings) reading.dispose();
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
