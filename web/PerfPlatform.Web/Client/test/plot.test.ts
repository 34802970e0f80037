import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChartData } from '../src/chartData';
import { axis, format } from '../src/format';
import { options, type Drawing } from '../src/plot';

const now = 1_790_000_000_000;

function drawing(some: Partial<Drawing> = {}): Drawing {
  const data = new ChartData([{ metric: 'm' }], 1000, now - 60_000, now);
  return {
    width: 600, height: 180, data, styles: [], hidden: () => false, window: () => [now - 60_000, now], format: 'number', top: NaN,
    mirrored: false, fill: false, font: '', colour: () => '', selected: () => {}, moved: () => {}, ...some,
  };
}

const call = (what: unknown, ...args: unknown[]): any => (what as (...args: unknown[]) => unknown)(...args);

test('the axis of a negative gauge has minus signs, that of a mirrored chart has none', () => {
  assert.deepEqual(call(options(drawing()).axes![1]!.values, null, [-13.5, -9.5, 0, 1]), ['-13.5', '-9.5', '0', '1']);
  assert.deepEqual(call(options(drawing({ mirrored: true, format: 'byterate' })).axes![1]!.values, null, [-1024, 0, 1024]), ['1 KiB/s', '0 B/s', '1 KiB/s']);
});

test('the window is the one of the moment, not that of the first drawing', () => {
  let to = now;
  const x = options(drawing({ window: () => [to - 60_000, to] })).scales!.x!;
  to += 30_000;
  assert.deepEqual(call(x.range, null, 0, 1), [(to - 60_000) / 1000, to / 1000]);
});

test('the axis has room for its longest label', () => {
  assert.ok(call(options(drawing()).axes![1]!.size, null, ['-1,000,000.5 KiB/s']) > 110);
});

test('the last label of time is whole: half of the widest has room at the right', () => {
  const [, right] = options(drawing()).padding as number[];
  assert.ok(right! >= '00:00:00'.length * 6.5 / 2);
});

test('the steps of an axis of bytes are powers of two, others are as they come', () => {
  const steps = (some: Partial<Drawing>): unknown => options(drawing(some)).axes![1]!.incrs;
  for (const format of ['bytes', 'byterate'] as const) assert.ok((steps({ format }) as number[]).every(step => Number.isInteger(Math.log2(step))));
  assert.equal(steps({ format: 'number' }), undefined);
});

test('bytes are counted in one way, and signs are kept', () => {
  assert.equal(format(2048, 'bytes'), '2.00 KiB');
  assert.equal(format(2048, 'byterate'), '2.00 KiB/s');
  assert.equal(axis(-2048, 'bytes'), '-2 KiB');
  assert.equal(format(-0.05, 'percent'), '-5.0 %');
  assert.equal(format(-0.25, 'seconds'), '-250 ms');
});
