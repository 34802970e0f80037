// How hosts do now, as the server computes it for any collector: one question every few seconds for the whole page.
import { call } from './api';

export interface HostState { name: string; collector: string; lastSeen: string | null; readings: Record<string, number> }

type Handler = (state: HostState | null) => void;

// Collectors other than the agent send every ten seconds and more.
const interval = 3000;
const watched = new Map<string, Set<Handler>>(); // bounded by the page's elements
let timer = 0;
let asking = false;

export function watchHost(host: string, handler: Handler): () => void {
  let handlers = watched.get(host);
  if (!handlers) watched.set(host, handlers = new Set());
  handlers.add(handler);
  if (timer === 0) timer = window.setInterval(() => void ask(), interval);
  // After the other elements of the page have told theirs.
  queueMicrotask(() => void ask());
  return () => {
    handlers.delete(handler);
    if (handlers.size === 0) watched.delete(host);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = 0;
  };
}

async function ask(): Promise<void> {
  if (asking || watched.size === 0 || document.hidden) return;
  asking = true;
  try {
    const only = watched.size === 1 ? `&host=${encodeURIComponent([...watched.keys()][0]!)}` : '';
    const states = new Map<string, HostState>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await call('GET', `/api/v1/hosts?limit=1000${only}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      // What is shown stays; the page says elsewhere that the server is away.
      if (answer.detail !== null) return;
      const page = answer.body as { items: HostState[]; nextCursor: string | null };
      for (const state of page.items) states.set(state.name, state);
      cursor = page.nextCursor;
    }
    for (const [host, handlers] of watched) {
      for (const handler of handlers) handler(states.get(host) ?? null);
    }
  } finally {
    asking = false;
  }
}
