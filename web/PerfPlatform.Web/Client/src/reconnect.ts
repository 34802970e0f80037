// The connection of the panels and forms that the server draws (charts and numbers have their own). Blazor shows the bar #components-reconnect-modal by classes;
// here is what it lacks: since when, trying for as long as the page is open, and loading the page again when the server has forgotten it.
import { serverNow } from './api';
import { clock } from './format';
import { socket } from './live';

interface Connecting { withUrl(url: string, options: object): unknown }

declare global {
  interface Window { Blazor?: { start(options: { circuit: { configureSignalR(connecting: Connecting): void } }): Promise<void>; reconnect?: () => Promise<boolean> } }
}

const every = 3000;
let touched = false;

function start(bar: HTMLElement): void {
  // What a person typed is not thrown away without asking.
  document.addEventListener('input', event => {
    if (event.target instanceof Element && event.target.closest('main form:not([action])')) touched = true;
  });
  bar.querySelector('button')?.addEventListener('click', () => location.reload());
  bar.addEventListener('components-reconnect-state-changed', event => {
    const state = (event as CustomEvent<{ state: string }>).detail.state;
    if (state === 'hide') document.getElementById('blazor-error-ui')?.removeAttribute('style'); // of a try that failed half way
    if (state === 'show') bar.querySelector('span')!.textContent = clock(serverNow());
    if (state === 'failed') setTimeout(() => void again(), every);
    if (state === 'rejected' && !touched) location.reload();
  });
}

async function again(): Promise<void> {
  try {
    // False: the server answers and does not know this page any more.
    if (await window.Blazor?.reconnect?.() === false && !touched) location.reload();
  } catch {
    setTimeout(() => void again(), every);
  }
}

const bar = document.getElementById('components-reconnect-modal');
if (bar) start(bar);
void window.Blazor?.start({ circuit: { configureSignalR: connecting => void connecting.withUrl('_blazor', socket) } });
