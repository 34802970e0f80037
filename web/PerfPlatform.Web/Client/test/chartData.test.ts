import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RangeSeries } from '../src/api';
import { ChartData, lonely, maxLines, settling, spacing, type ChartQuery } from '../src/chartData';
import type { LivePoint } from '../src/live';

const start = 1_790_000_000_000;
const second = 1000;

function chart(query: Partial<ChartQuery> = {}, step = second, length = 60 * second): ChartData {
  return new ChartData([{ metric: 'm', ...query }], step, start, start + length);
}

function answer(labels: Record<string, string>, values: (number | null)[], step = second, from = start): RangeSeries {
  return { metric: 'm', labels, times: values.map((_, i) => from + i * step), values };
}

function point(labels: Record<string, string>, at: number, value: number, kind = 'gauge'): LivePoint {
  return { series: { key: 1, subscriptions: ['1'], metric: 'm', labels, kind }, time: start + at, value };
}

function shown(data: ChartData, at: number, line = 0, now = start + 3_600_000): number | null {
  return data.columns(now)[line]![Math.round((start + at - data.times[0]! * 1000) / data.step)] ?? null;
}

test('negative values keep their sign; a mirrored line is drawn below and told without one', () => {
  const data = new ChartData([{ metric: 'm' }, { metric: 'm', mirrored: true }], second, start, start + 10 * second);
  data.history([[answer({}, [-9.5])], [answer({}, [4])]], start + 3_600_000);
  assert.deepEqual([shown(data, 0, 0), shown(data, 0, 1)], [-9.5, -4]);
  assert.deepEqual(data.lines.map(line => data.sign(line)), [1, -1]);
});

test('a push that brings several steps draws each of them', () => {
  const data = chart();
  data.history([[answer({ h: 'a' }, [1])]], start + 5 * second);
  data.live(0, [20, 21, 22].map(s => point({ h: 'a' }, s * second, s)));
  assert.deepEqual([20, 21, 22].map(s => shown(data, s * second)), [20, 21, 22]);
});

test('a counter without a function is its last value, as the server has it', () => {
  const data = chart({}, 10 * second);
  data.history([[answer({}, [1], 10 * second)]], start + 15 * second);
  data.live(0, [20, 24, 28].map(s => point({}, s * second, s, 'counter')));
  assert.equal(shown(data, 20 * second), 28);
});

test('a percentile is not folded from samples', () => {
  const data = chart({ agg: 'p95' });
  data.history([[answer({}, [1])]], start + 5 * second);
  data.live(0, [point({ le: '0.1' }, 9 * second, 1000)]);
  assert.equal(data.lines.length, 1);
  assert.equal(shown(data, 9 * second), null);
  data.merge([[answer({}, [2], second, start + 9 * second)]], start + 10 * second);
  assert.equal(shown(data, 9 * second), 2, 'the newest step too is as the server says');
});

for (const agg of ['count', 'sum']) {
  test(`a step of ${agg} is drawn when it is over, and then whole`, () => {
    const data = chart({ agg }, 10 * second);
    const now = start + 24 * second;
    data.history([[answer({}, [10, 10, 4], 10 * second)]], now);
    assert.deepEqual([0, 10, 20].map(s => shown(data, s * second, 0, now)), [10, 10, null]);
    for (let s = 25; s < 45; s++) data.live(0, [point({}, s * second, 1)]);
    const later = start + 44 * second;
    assert.deepEqual([20, 30, 40].map(s => shown(data, s * second, 0, later)), [null, 10, null], 'the feed began within the step of 20');
    data.merge([[answer({}, [10, 10, 4], 10 * second, start + 20 * second)]], later);
    assert.deepEqual([20, 30, 40].map(s => shown(data, s * second, 0, later)), [10, 10, null]);
  });
}

test('a sum over series is not drawn before each of them was heard', () => {
  const data = chart({ reduce: 'sum', by: [] });
  const now = start + 10 * second;
  data.history([[answer({}, Array.from({ length: 11 }, (_, i) => i < 10 ? 30 : 10))]], now);
  assert.equal(shown(data, 10 * second, 0, now), null, 'the step is not over: only one of three hosts is in it');
  data.live(0, [point({ h: 'a' }, 11 * second, 10)]);
  data.live(0, [point({ h: 'b' }, 11.2 * second, 10), point({ h: 'c' }, 11.3 * second, 10)]);
  assert.equal(shown(data, 11 * second), null);
  data.live(0, [point({ h: 'a' }, 12 * second, 10)]);
  assert.equal(shown(data, 12 * second), 30);
});

test('what the server says of steps that are over stands, and late samples fill what is empty', () => {
  const data = chart();
  data.history([[answer({}, [1])]], start + 5 * second);
  data.live(0, [point({}, 10 * second, 7)]);
  data.merge([[answer({}, [5, null, 6], second, start + 10 * second)]], start + 20 * second);
  assert.deepEqual([10, 11, 12].map(s => shown(data, s * second)), [5, null, 6]);
  data.live(0, [point({}, 11 * second, 8), point({}, 12 * second, 9)]);
  assert.deepEqual([11, 12].map(s => shown(data, s * second)), [8, 6]);
});

test('a rate needs a sample before, not older than five minutes', () => {
  const data = chart({ fn: 'rate' }, second, 3_600_000);
  data.history([[]], start + second);
  data.live(0, [point({}, 2 * second, 100, 'counter'), point({}, 4 * second, 120, 'counter'), point({}, 5 * second, 3, 'counter'), point({}, 400 * second, 9000, 'counter')]);
  assert.deepEqual([2, 4, 5, 400].map(s => shown(data, s * second)), [null, 10, 3, null]);
});

test('after a pause of the feed nothing is made up from samples before it', () => {
  const data = chart({ fn: 'increase' });
  data.history([[]], start + second);
  data.live(0, [point({}, 2 * second, 100, 'counter'), point({}, 3 * second, 101, 'counter')]);
  data.restart();
  data.live(0, [point({}, 50 * second, 900, 'counter')]);
  assert.equal(shown(data, 50 * second), null);
});

test('lines stand in the order of queries and names, whatever comes first', () => {
  const data = new ChartData([{ metric: 'm', name: 'errors' }, { metric: 'n', name: 'drops' }], second, start, start + 10 * second);
  data.history([[answer({ if: 'eth10' }, [1]), answer({ if: 'eth9' }, [1])], [answer({ if: 'eth10' }, [1])]], start + 3_600_000);
  const version = data.version;
  data.live(1, [point({ if: 'eth0' }, 5 * second, 1)]);
  assert.deepEqual(data.lines.map(line => line.name), ['errors eth9', 'errors eth10', 'drops eth0', 'drops eth10']);
  assert.notEqual(data.version, version);
});

test('of too many lines the largest are kept, and those left out are counted once each', () => {
  const data = chart();
  data.history([Array.from({ length: 40 }, (_, i) => answer({ h: String(i) }, [null, i % 2 ? i : -i]))], start + 3_600_000);
  assert.deepEqual(data.lines.map(line => line.name), Array.from({ length: maxLines }, (_, i) => String(16 + i)));
  assert.equal(data.leftOut, 16);
  for (let i = 0; i < 5; i++) data.live(0, [point({ h: '3' }, (10 + i) * second, 1)]);
  assert.equal(data.leftOut, 16);
});

test('the window moves on with what is in it', () => {
  const data = chart();
  data.history([[answer({}, [1, 2, 3])]], start + 3_600_000);
  data.slide(start + 2 * second, start + 100 * second);
  assert.equal(data.times[0], start / 1000 + 2);
  assert.equal(data.times.at(-1), start / 1000 + 100);
  assert.equal(shown(data, 2 * second), 3);
});

test('spacing and lonely points', () => {
  assert.equal(spacing([1, null, null, 1, null, null, 1]), 3);
  assert.equal(spacing([]), 1);
  assert.deepEqual(lonely([1, 1, null, null, null, null, 5, null, null, null, null, 1, 1], 3), [6]);
  assert.deepEqual(lonely([null, 7], 3), [1]);
  assert.deepEqual(lonely([1, null, 1], 3), []);
  assert.equal(settling, 2000);
});
