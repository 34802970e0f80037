import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem, resolve } from '../src/range';

const now = Date.UTC(2026, 0, 31, 12);

test('what the API takes is read', () => {
  assert.equal(resolve('now', now), now);
  assert.equal(resolve('now-15m', now), now - 900_000);
  assert.equal(resolve('now-1h30m', now), now - 5_400_000);
  assert.equal(resolve('now+1d', now), now + 86_400_000);
  assert.equal(resolve('1790000000000', now), 1_790_000_000_000);
  assert.equal(resolve('2026-01-31T13:00:00+01:00', now), now);
  assert.equal(resolve('2026-01-31T12:00Z', now), now);
});

test('all else is no point in time', () => {
  // 'garbage 1' is the year 2001 for Date.parse.
  for (const text of ['', 'garbage', 'garbage 1', 'nowhere', 'now-', 'now-5', 'now-5x', 'NaN', '2026-01-31', '2026-01-31T12:00:00', '2026-99-99T00:00:00Z', '9'.repeat(20), '1e5'])
    assert.equal(resolve(text, now), null, text);
});

test('a range that cannot be shown is told in words', () => {
  assert.equal(problem({ from: 'now-1h', to: 'now' }, now), null);
  assert.match(problem({ from: 'garbage', to: 'now' }, now)!, /from=garbage.*no point in time/);
  assert.match(problem({ from: 'now-1h', to: 'x'.repeat(900) }, now)!, /^.{1,220}$/);
  assert.match(problem({ from: 'now', to: 'now-1h' }, now)!, /ends before it begins/);
});
