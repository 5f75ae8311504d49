import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '@tocsin/ops';
import { target } from './platform.ts';

/** Who may call whom, from the arrows of the charts; each that is refused is one that somebody might expect. */
const arrows = [
  ['orders', 'kafka:9092', true],
  ['orders', 'postgres:5432', true],
  ['payments', 'bank:8080', true],
  ['notifications', 'customers:8080', true],
  ['traffic', 'orders:8080', true],
  ['traffic', 'kafka:9092', false],
  ['traffic', 'bank:8080', false],
  ['payments', 'orders:8080', false],
  ['orders', 'customers:9102', false],
  ['orders', 'alertmanager:9093', false],
] as const;

const patienceMs = 3000;
/** Says whether the connection opens. A policy drops what it forbids: nothing answers, and nothing refuses. */
const attempt = `
  const [host, port] = process.argv[1].split(':');
  const socket = require('node:net').connect({ host, port, timeout: ${patienceMs} });
  const say = (word) => { console.log(word); process.exit(); };
  socket.on('connect', () => say('opens')).on('timeout', () => say('is dropped')).on('error', ({ code }) => say(code));`;

test('the network lets through the arrows of the design, and nothing beside them', async () => {
  const cluster = await target();
  const tried = arrows.map(async ([from, to]) => {
    const said = await kubectl(cluster, ['exec', `deployment/${from}`, '--', 'node', '-e', attempt, to]);
    return `${from} to ${to} ${said.trim()}`;
  });
  const expected = arrows.map(([from, to, open]) => `${from} to ${to} ${open ? 'opens' : 'is dropped'}`);
  assert.deepEqual(await Promise.all(tried), expected);
});
