// <pp-last-seen of="a selector">: a table whose rows (data-labels) say when their series was last seen, kept up to date by the live feed.
import { labelKey, type Selector } from './api';
import { subscribe } from './live';

class LastSeenElement extends HTMLElement {
  private stop: (() => void) | null = null;

  connectedCallback(): void {
    const times = new Map<string, Element>();
    for (const row of this.querySelectorAll<HTMLElement>('[data-labels]')) {
      const time = row.querySelector('pp-ago');
      if (time) times.set(labelKey(JSON.parse(row.dataset.labels!) as Record<string, string>), time);
    }
    this.stop = subscribe(JSON.parse(this.getAttribute('of') ?? '{}') as Selector, points => {
      for (const point of points) times.get(labelKey(point.series.labels))?.setAttribute('at', new Date(point.time).toISOString());
    });
  }

  disconnectedCallback(): void {
    this.stop?.();
  }
}

customElements.define('pp-last-seen', LastSeenElement);
