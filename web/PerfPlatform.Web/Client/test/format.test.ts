import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, day, moment, startOfDay, zone } from '../src/format';

const time = Date.UTC(2026, 0, 31, 20, 15, 30);

// Node takes the zone from its environment, at any time.
function inZone<T>(name: string, work: () => T): T {
  const before = process.env.TZ;
  process.env.TZ = name;
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

test('a time is of the zone that the page names', () => {
  for (const [name, at, of] of [
    ['UTC', '20:15:30', 'UTC'],
    ['Asia/Kathmandu', '02:00:30', 'UTC+5:45'],
    ['America/Phoenix', '13:15:30', 'UTC-7'],
  ] as const) inZone(name, () => {
    assert.equal(clock(time), at);
    assert.ok(zone().endsWith(of), zone());
    assert.equal(zone().startsWith(name === 'UTC' ? 'UTC' : name.split('/')[0]!), true, zone());
  });
});

test('a moment tells its day where it is not today, and its year where it is not this one', () => inZone('Asia/Kathmandu', () => {
  assert.equal(moment(time, time + 3_600_000), '02:00:30');
  assert.match(moment(time, time - 3 * 3_600_000), /\b01\b.* 02:00:30$/); // there it is the next day already
  assert.doesNotMatch(moment(time, time - 3 * 3_600_000), /2026/);
  assert.match(moment(time, Date.UTC(2027, 0, 1)), /2026 02:00:30$/);
  assert.match(day(time), /^(01\D02|02\D01)\D2026/);
}));

test('a day that is typed begins where the browser is', () => {
  for (const [name, start] of [['UTC', '2027-02-01T00:00:00.000Z'], ['Asia/Kathmandu', '2027-01-31T18:15:00.000Z'], ['America/Phoenix', '2027-02-01T07:00:00.000Z']] as const) inZone(name, () => {
    assert.equal(startOfDay('2027-02-01'), start);
    assert.match(day(Date.parse(start)), /^(01\D02|02\D01)\D2027/);
  });
});
