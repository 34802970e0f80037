// While a person points at a chart, or reads it by the keyboard, all charts of the page stand still together; a pointer that was left lying does not stop them.
const forgotten = 60_000;
let pointed: Element | null = null;
let moved = 0;

export function isPaused(): boolean {
  return pointed !== null && pointed.isConnected && performance.now() - moved < forgotten;
}

export function hold(element: Element): void {
  pointed = element;
  moved = performance.now();
}

export function release(element: Element): void {
  if (pointed === element) pointed = null;
}

export function pauseBy(element: Element): void {
  for (const move of ['pointerenter', 'pointermove']) element.addEventListener(move, () => hold(element));
  element.addEventListener('pointerleave', () => release(element));
}
