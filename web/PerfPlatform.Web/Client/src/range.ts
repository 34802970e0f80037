// Points in time as an address writes them, by the rule of the API: now, now-15m, RFC 3339 with an offset, Unix milliseconds. Knows no page and no clock.
const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const stamp = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;
const furthest = 253_402_300_799_999; // the end of the year 9999

export interface TimeRange { from: string; to: string }

// Unix milliseconds, or null when the text is no point in time.
export function resolve(text: string, now: number): number | null {
  const time = point(text, now);
  return time === null || !(Math.abs(time) <= furthest) ? null : time;
}

// What is wrong with a range, in words for the person who opened the address; null when it can be shown.
export function problem(range: TimeRange, now: number): string | null {
  for (const [name, text] of Object.entries({ from: range.from, to: range.to })) {
    if (resolve(text, now) === null) return `The address says ${name}=${text.slice(0, 60)}, which is no point in time. Write for example now-1h, 2026-01-31T08:00:00Z or Unix milliseconds.`;
  }

  return resolve(range.from, now)! < resolve(range.to, now)! ? null : 'The time range in the address ends before it begins.';
}

function point(text: string, now: number): number | null {
  if (text === 'now') return now;
  const relative = /^now([+-])((?:\d+(?:\.\d+)?(?:ms|[smhdw]))+)$/.exec(text);
  if (relative) {
    let length = 0;
    for (const [, number, unit] of relative[2]!.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) length += Number(number) * units[unit!]!;
    return relative[1] === '-' ? now - length : now + length;
  }

  if (/^-?\d+$/.test(text)) return Number(text);
  const time = stamp.test(text) ? Date.parse(text.replace(' ', 'T')) : NaN;
  return Number.isNaN(time) ? null : time;
}
