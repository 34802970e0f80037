import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareNames, nameLines } from '../src/lineNames';

test('the labels that differ name a line, by query', () => {
  const lines = [
    { query: 0, labels: { 'host.name': 'a', mode: 'user' } },
    { query: 0, labels: { 'host.name': 'b', mode: 'user' } },
    { query: 1, labels: { 'host.name': 'a' } },
  ];
  assert.deepEqual(nameLines(lines, [{ metric: 'm' }, { metric: 'n', name: 'swap' }]).map(n => n.text), ['a', 'b', 'swap']);
});

test('a line that differs in nothing has the metric as its name and its host as what it is of', () => {
  assert.deepEqual(nameLines([{ query: 0, labels: { 'host.name': 'web-1', x: 'y' } }], [{ metric: 'm' }]), [{ text: 'm', thing: 'web-1' }]);
});

test('a label that some lines lack differs', () => {
  assert.deepEqual(nameLines([{ query: 0, labels: {} }, { query: 0, labels: { zone: 'z' } }], [{ metric: 'm' }]).map(n => n.text), ['m', 'z']);
});

test('names are ordered as a person does', () => {
  assert.deepEqual(['web-10', 'web-9', 'db'].sort(compareNames), ['db', 'web-9', 'web-10']);
  assert.deepEqual(['+Inf', '0.1', '10', '0.05', '2.5'].sort(compareNames), ['0.05', '0.1', '2.5', '10', '+Inf']);
  assert.deepEqual(['-1', '-10', '2'].sort(compareNames), ['-10', '-1', '2']);
});
