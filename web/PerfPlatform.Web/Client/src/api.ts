// Same-origin calls of the public API with the session's cookie.
export interface Answer { status: number; body: unknown; detail: string | null }

// A question that has no answer by then gets none.
const patience = 30_000;

// Server time minus this machine's, from the Date header; good to a second, enough to tell what is stale.
let skew = 0;

export function serverNow(): number {
  return Date.now() + skew;
}

export async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: method === 'GET' ? AbortSignal.timeout(patience) : undefined,
      headers: body === undefined || body === null ? {} : { 'content-type': 'application/json' },
      body: body === undefined || body === null ? undefined : JSON.stringify(body),
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date) && Math.abs(date + 500 - Date.now()) > 2000) skew = date + 500 - Date.now();
    const text = await response.text();
    const json = text.length > 0 && (response.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text) as unknown : null;
    // The session is over; the API would speak of keys.
    const detail = response.ok ? null : response.status === 401 ? 'You are signed out: load the page again to sign in.' : (json as { detail?: string } | null)?.detail ?? `The server answered ${response.status}.`;
    return { status: response.status, body: json, detail };
  } catch (error) {
    return { status: 0, body: null, detail: `The server cannot be reached: ${error instanceof Error ? error.message : 'no answer'}` };
  }
}

export interface Selector { metric: string; match?: string[] }

// A signal of a host, which the server computes whoever measures it, in the place of a metric.
export interface SignalSelector { host?: string; signal?: string; devices?: boolean }

export interface RangeParameters extends Selector, SignalSelector { from: string | number; to: string | number; step?: string; agg?: string; by?: string[]; reduce?: string; fn?: string }

export interface RangeSeries { metric: string; labels: Record<string, string>; times: number[]; values: (number | string | null)[]; note?: string }

// What keeps the answer from being whole is told in `warnings`.
export interface RangeAnswer { series: RangeSeries[]; warnings: string[]; error: string | null }

export async function range(p: RangeParameters): Promise<RangeAnswer> {
  const query = new URLSearchParams({ from: String(p.from), to: String(p.to) });
  if (p.step) query.set('step', p.step);
  if (p.signal) {
    query.set('signal', p.signal);
    if (p.host) query.set('host', p.host);
    if (p.devices) query.set('devices', 'true');
    return ask(`/api/v1/hosts/signals?${query}`);
  }
  query.set('metric', p.metric);
  for (const match of p.match ?? []) query.append('match', match);
  if (p.agg) query.set('agg', p.agg);
  if (p.fn) query.set('fn', p.fn);
  if (p.reduce) query.set('reduce', p.reduce);
  if (p.by) query.set('by', p.by.join(','));
  return ask(`/api/v1/query?${query}`);
}

async function ask(path: string): Promise<RangeAnswer> {
  const answer = await call('GET', path);
  if (answer.detail !== null) return { series: [], warnings: [], error: answer.detail };
  const { series, warnings = [] } = answer.body as { series: RangeSeries[]; warnings?: string[] };
  return { series, warnings, error: null };
}

export function labelKey(labels: Record<string, string>): string {
  return Object.keys(labels).sort().map(name => `${name}=${labels[name]}`).join('\u0001');
}

export function finite(value: number | string | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
