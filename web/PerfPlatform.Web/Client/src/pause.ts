// While a person points at a chart, or reads it by the keyboard, all charts of the page stand still together; a pointer that was left lying does not stop them.
const forgotten = 60_000;
let pointed: Element | null = null;
let moved = 0;
let top = 0; // of what is pointed at, in the window

export function isPaused(): boolean {
  return pointed !== null && pointed.isConnected && performance.now() - moved < forgotten;
}

export function hold(element: Element): void {
  pointed = element;
  moved = performance.now();
  where();
}

export function release(element: Element): void {
  if (pointed === element) pointed = null;
}

export function pauseBy(element: Element): void {
  for (const move of ['pointerenter', 'pointermove']) element.addEventListener(move, () => hold(element));
  element.addEventListener('pointerleave', () => release(element));
}

function where(): void {
  if (pointed) top = pointed.getBoundingClientRect().top;
}

// What is above it goes on living, alerts come and findings go: the page is moved along, so that what is pointed at stays under the pointer.
addEventListener('scroll', where, { passive: true });
new ResizeObserver(() => {
  if (isPaused()) scrollBy({ top: pointed!.getBoundingClientRect().top - top, behavior: 'instant' });
}).observe(document.documentElement);
