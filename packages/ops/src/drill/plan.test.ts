import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf, type Wanted } from './plan.ts';

const nothing: Wanted = { all: false, fast: false, record: false, times: 1 };
const plan = (wanted: Partial<Wanted>, onLaptop = true) => planOf({ ...nothing, ...wanted }, { onLaptop });

test('a service that is to suffer is the one that the drill breaks', async () => {
  const { drills, profile } = await plan({ alert: 'HighErrorRate', service: 'orders', times: 2 });
  assert.deepEqual(
    drills.map(({ raises }) => raises.service),
    ['orders', 'orders'],
  );
  assert.equal(profile, 'shipped');
});

test('what must stay silent is repeated, too, and what may ring comes last', async () => {
  const { negatives } = await plan({ group: 'negative', times: 2 });
  const names = negatives.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ['deploy', 'deploy']);
  assert.deepEqual(names.slice(-3), ['one-error', 'alertmanager-restart', 'alertmanager-restart']);
});

test('a variant is a drill of its own, beside that of its alert', async () => {
  const [variant] = (await plan({ alert: 'ErrorBudgetBurnFast-6h' })).drills;
  assert.equal(variant?.raises.alertname, 'ErrorBudgetBurnFast');
  const names = (await plan({ group: 'slo' })).drills.map(({ alert }) => alert);
  assert.ok(['ErrorBudgetBurnFast', 'ErrorBudgetBurnFast-6h'].every((name) => names.includes(name)));
});

test('a drill that needs a history has the drill profile, on the laptop', async () => {
  assert.equal((await plan({ alert: 'ErrorBudgetBurnSlow' })).profile, 'drill');
  assert.equal((await plan({ alert: 'ErrorBudgetBurnSlow' }, false)).profile, 'shipped');
});

for (const [what, wanted, why] of [
  ['nothing', {}, /Say which/],
  ['an alert and a group', { alert: 'HighErrorRate', group: 'http' }, /ALERT=HighErrorRate and GROUP=http/],
  ['an alert and all', { alert: 'HighErrorRate', all: true }, /ALERT=HighErrorRate and ALL=1/],
  ['a service for a group', { group: 'http', service: 'orders' }, /SERVICE=orders goes with ALERT=/],
  ['a service for all', { all: true, service: 'orders' }, /SERVICE=orders goes with ALERT=/],
  [
    'a service that there is not',
    { alert: 'HighErrorRate', service: 'order' },
    /no service order; .* orders,/,
  ],
  ['a service for a drill that has its own', { alert: 'OrdersStuck', service: 'bank' }, /leave it out/],
  ['a service for what is done by code', { alert: 'RouteFailing', service: 'bank' }, /leave it out/],
  ['a service for a negative drill', { alert: 'one-error', service: 'bank' }, /leave out SERVICE=bank/],
  ['figures of silence', { group: 'negative', record: true, fast: true }, /leave out FAST=1 and RECORD=1/],
  ['an alert that there is not', { alert: 'Nothing' }, /no drill of Nothing/],
  ['a group that there is not', { group: 'nothing' }, /no group nothing/],
] as const) {
  test(`${what} cannot be asked for`, async () => {
    await assert.rejects(plan(wanted), why);
  });
}

test('the drill profile cannot be asked for on a cluster', async () => {
  await assert.rejects(plan({ group: 'http', fast: true }, false), /leave out FAST=1/);
});
