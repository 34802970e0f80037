// A chart's crosshair by the keyboard: the arrows move it from point to point, with Shift ten at a time, Home and End to the ends; Escape takes it away.
import type uPlot from 'uplot';
import { hold, release } from './pause';

export function crosshairByKeys(element: HTMLElement, plot: () => uPlot | null): void {
  const leave = (): void => {
    release(element);
    plot()?.setCursor({ left: -10, top: -10 });
  };
  element.addEventListener('blur', leave);
  element.addEventListener('keydown', event => {
    const drawn = plot();
    if (event.target !== element || !drawn || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      leave();
      return;
    }
    const times = drawn.data[0];
    const index = next(event.key, event.shiftKey ? 10 : 1, drawn.cursor.idx ?? times.length, times.length - 1);
    if (index === null) return;
    event.preventDefault();
    hold(element);
    drawn.setCursor({ left: drawn.valToPos(times[index]!, 'x'), top: 0 });
  });
}

function next(key: string, step: number, from: number, last: number): number | null {
  switch (key) {
    case 'ArrowLeft': return Math.max(0, from - step);
    case 'ArrowRight': return Math.min(last, from + step);
    case 'Home': return 0;
    case 'End': return last;
    default: return null;
  }
}
