// One connection to /hub/live for the whole page; elements subscribe by selector and share a subscription when theirs is the same.
import { HttpTransportType, HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import { call, type Selector } from './api';

export interface LiveSeries { key: number; subscriptions: string[]; metric: string; labels: Record<string, string>; kind: string }

export interface LivePoint { series: LiveSeries; time: number; value: number | null }

type Handler = (points: LivePoint[]) => void;

interface Subscription { id: string; selector: Selector; handlers: Set<Handler> }

export type LiveState = 'connecting' | 'live' | 'offline';

// A socket at once: any replica takes it, where the answer to a question how to connect holds at the replica that gave it only.
export const socket = { skipNegotiation: true, transport: HttpTransportType.WebSockets };

const retry = 2000;
const subscriptions = new Map<string, Subscription>(); // bounded by the page's elements
const byId = new Map<string, Subscription>();
const known = new Map<number, LiveSeries>(); // bounded by the series that the page watches
let connection: HubConnection | null = null;
let nextId = 1;
let waiting: Subscription[] = [];
let state: LiveState = 'connecting';
let wasLive = false;
const stateHandlers = new Set<(state: LiveState) => void>();
const pointHandlers = new Set<(newest: number) => void>();

export function onState(handler: (state: LiveState) => void): () => void {
  stateHandlers.add(handler);
  handler(state);
  connect();
  return () => stateHandlers.delete(handler);
}

export function onPoints(handler: (newest: number) => void): void {
  pointHandlers.add(handler);
}

export function subscribe(selector: Selector, handler: Handler): () => void {
  const text = JSON.stringify([selector.metric, [...selector.match ?? []].sort()]);
  let subscription = subscriptions.get(text);
  if (!subscription) {
    subscription = { id: String(nextId++), selector, handlers: new Set() };
    subscriptions.set(text, subscription);
    byId.set(subscription.id, subscription);
    if (waiting.push(subscription) === 1) queueMicrotask(() => void flush());
    connect();
  }
  const mine = subscription;
  mine.handlers.add(handler);
  return () => {
    mine.handlers.delete(handler);
    if (mine.handlers.size > 0) return;
    subscriptions.delete(text);
    byId.delete(mine.id);
    if (connection?.state === HubConnectionState.Connected) void connection.send('Unsubscribe', [mine.id]);
  };
}

// Says what the page watches. Where the server cannot take it now, it is told again in a moment, and until then nothing is live.
async function flush(): Promise<void> {
  if (connection?.state !== HubConnectionState.Connected) return;
  const some = waiting.filter(s => byId.has(s.id));
  waiting = [];
  try {
    if (some.length > 0) await connection.invoke('Subscribe', some.map(s => ({ id: s.id, metric: s.selector.metric, match: s.selector.match ?? [] })));
    set('live');
    wasLive = true;
  } catch {
    set('offline');
    setTimeout(() => void resubscribe(), retry);
  }
}

function connect(): void {
  if (connection) return;
  const made = new HubConnectionBuilder()
    .withUrl('/hub/live', socket)
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: context => Math.min(10_000, 500 * 2 ** context.previousRetryCount) })
    .configureLogging(LogLevel.None)
    .build();
  connection = made;
  made.on('Points', onPush);
  made.onreconnecting(() => {
    set('offline');
    void leaveWhenSignedOut();
  });
  made.onreconnected(() => void resubscribe());
  // Closed by the server for good (it ends, or the session is over): begun anew.
  made.onclose(() => {
    set('offline');
    setTimeout(() => void start(made), retry);
  });
  void start(made);
}

async function start(made: HubConnection): Promise<void> {
  for (let wait = 500; ; wait = Math.min(10_000, wait * 2)) {
    try {
      await made.start();
      return await resubscribe();
    } catch {
      set('offline');
      await leaveWhenSignedOut();
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
}

// The server ends the connection where the session is over: what the page shows is no longer this person's to see. The page leads to the sign-in then.
async function leaveWhenSignedOut(): Promise<void> {
  if (wasLive && (await call('GET', '/api/v1/sessions?limit=1')).status === 401) location.reload();
}

function resubscribe(): Promise<void> {
  known.clear();
  waiting = [...byId.values()];
  return flush();
}

function onPush(push: { series: LiveSeries[]; points: (number | null)[] }): void {
  for (const series of push.series) known.set(series.key, series);
  const bySubscription = new Map<string, LivePoint[]>();
  let newest = 0;
  for (let i = 0; i + 2 < push.points.length; i += 3) {
    const series = known.get(push.points[i] as number);
    if (!series) continue;
    const point = { series, time: push.points[i + 1] as number, value: push.points[i + 2] ?? null };
    if (point.time > newest) newest = point.time;
    for (const id of series.subscriptions) {
      const list = bySubscription.get(id);
      if (list) list.push(point);
      else bySubscription.set(id, [point]);
    }
  }
  for (const [id, points] of bySubscription) {
    for (const handler of byId.get(id)?.handlers ?? []) handler(points);
  }
  heard(newest);
}

// Something new is shown, also where it was asked for and not pushed.
export function heard(newest: number): void {
  for (const handler of pointHandlers) handler(newest);
}

function set(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const handler of stateHandlers) handler(next);
}
