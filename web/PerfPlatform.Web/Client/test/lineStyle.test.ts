import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colour, styles } from '../src/lineStyle';

test('one thing has one colour, whatever stands beside it', () => {
  const [alone] = styles(['web-2']);
  const [, among] = styles(['eth0', 'web-2', 'zebra']);
  assert.equal(alone!.colour, among!.colour);
  assert.equal(colour('received'), colour('receive'));
  assert.equal(colour('Written'), colour('write'));
});

test('neighbours in name have colours of their own', () => {
  for (const names of [[...'12345678'].map(n => `web-${n}`), [...'abcdefgh'].map(n => `sd${n}`), [...'01234567']]) {
    assert.equal(new Set(names.map(colour)).size, 8, names.join());
  }
});

test('no two lines of a chart are alike, and from the ninth on the dash tells them apart', () => {
  for (const names of [Array.from({ length: 24 }, (_, i) => `core ${i}`), Array.from({ length: 24 }, () => 'same'), Array.from({ length: 24 }, (_, i) => `p${i * 8}`)]) {
    const all = styles(names);
    assert.equal(new Set(all.map(s => `${s.colour} ${s.dash.join()}`)).size, 24);
  }
});

test('strange names have a colour too', () => {
  for (const name of ['', ' ', '\u202e', '👍', 'a\nb', 'x'.repeat(2000), '999999999999999999999']) assert.ok(Number.isInteger(colour(name)) && colour(name) < 8, name);
});
