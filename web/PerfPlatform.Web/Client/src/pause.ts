// While a person points at a chart, all charts of the page stand still together; a pointer that was left lying does not stop them.
const forgotten = 60_000;
let pointed: Element | null = null;
let moved = 0;

export function isPaused(): boolean {
  return pointed !== null && pointed.isConnected && performance.now() - moved < forgotten;
}

export function pauseBy(element: Element): void {
  const point = (): void => {
    pointed = element;
    moved = performance.now();
  };
  element.addEventListener('pointerenter', point);
  element.addEventListener('pointermove', point);
  element.addEventListener('pointerleave', () => {
    if (pointed === element) pointed = null;
  });
}
