import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startFakePlatform } from './fake-platform.ts';
import { untilQuiet } from './quiet.ts';

const never = new AbortController().signal;

async function platformOf(context: TestContext, options: Parameters<typeof startFakePlatform>[0]) {
  const platform = await startFakePlatform(options);
  context.after(() => platform.close());
  return platform;
}

test('a platform on which nothing rings is quiet', async (context) => {
  await untilQuiet(await platformOf(context, {}), { signal: never });
});

test('what rings is waited for, and told', async (context) => {
  const platform = await platformOf(context, { message: 'it rings' });
  await platform.setFaults('customers', []);
  let told: readonly string[] = [];
  await untilQuiet(platform, {
    signal: never,
    onWait(noises) {
      told = noises;
      void platform.clearFaults('customers');
    },
  });
  assert.deepEqual(told, [
    'HighErrorRate of customers is firing',
    'Alertmanager has HighErrorRate of customers',
    'HighErrorRate of customers is open in the room',
  ]);
});

test('what does not end is told in the failure', async (context) => {
  const platform = await platformOf(context, { rings: true });
  await assert.rejects(
    untilQuiet(platform, { signal: never, patienceMs: 100 }),
    /nothing rings, but HighErrorRate of customers is firing/,
  );
});

test('what may ring is not waited for', async (context) => {
  const platform = await platformOf(context, { rings: true });
  await untilQuiet(platform, { signal: never, mayRing: ['HighErrorRate'], patienceMs: 100 });
});
