import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { KitError, unavailable } from './errors.ts';
import type { Log } from './log.ts';
import { testDeps, until } from './testing/backing.ts';
import { startWorker, type WorkerDefinition } from './worker.ts';

function start(
  t: TestContext,
  { log, ...definition }: Partial<WorkerDefinition> & Pick<WorkerDefinition, 'run'> & { log?: Log },
) {
  const deps = { ...testDeps(), ...(log && { log }) };
  const worker = startWorker(deps, { name: 'payer', everyMs: 3_600_000, ...definition });
  t.after(() => worker.stop());
  const runs = async (errorType: string) => {
    const { values } = await deps.metrics.counter('worker_runs_total', '').get();
    return values.find(({ labels }) => (labels as { error_type?: string }).error_type === errorType)?.value;
  };
  return { ...deps, worker, runs };
}

test('runs follow one another while there is more to do, and then pause', async (t) => {
  let left = 3;
  let calls = 0;
  const { runs } = start(t, {
    async run() {
      calls += 1;
      left -= 1;
      return left > 0;
    },
  });
  await until('the pause', async () => (await runs('')) === 3);
  assert.equal(calls, 3);
});

test('a successful run is counted from the start, at zero', async (t) => {
  const { runs } = start(t, { run: () => new Promise(() => {}) });
  assert.equal(await runs(''), 0);
});

test('a failed run is counted by its kind and tried again', async (t) => {
  let calls = 0;
  const { runs } = start(t, {
    everyMs: 1,
    async run() {
      calls += 1;
      if (calls < 3) throw unavailable('bank_unavailable', 'no answer');
      return false;
    },
  });
  await until('a run succeeds', async () => ((await runs('')) ?? 0) > 0);
  assert.equal(await runs('bank_unavailable'), 2);
});

test('an outage is logged when it begins, when it changes and when it is over', async (t) => {
  const database = unavailable('database_unavailable', 'gone');
  const errors = [
    database,
    database,
    database,
    new TypeError('oh'),
    database,
    undefined,
    undefined,
    database,
  ];
  const lines: { message: string; err?: { message: string } }[] = [];
  const { runs } = start(t, {
    everyMs: 1,
    log: pino({ messageKey: 'message' }, { write: (line) => lines.push(JSON.parse(line)) }),
    async run() {
      const error = errors.shift();
      if (error) throw error;
      return false;
    },
  });
  await until('all is over', async () => ((await runs('')) ?? 0) > 3);
  const over = 'worker runs succeed again';
  const said = lines.map(({ message, err }) => err?.message ?? message);
  assert.deepEqual(said, ['gone', 'oh', 'gone', over, 'gone', over]);
});

test('what nobody expected is reported as a crash, once; what may pass is not', async (t) => {
  const errors = [
    unavailable('bank_unavailable', 'no answer'),
    new KitError('odd', 'odd'),
    new TypeError('oh'),
    new TypeError('oh'),
  ];
  const { reports, runs } = start(t, {
    everyMs: 1,
    async run() {
      const error = errors.shift();
      if (error) throw error;
      return false;
    },
  });
  await until('a run succeeds', async () => ((await runs('')) ?? 0) > 0);
  assert.deepEqual(
    reports.map(({ error, where }) => [(error as Error).message, where]),
    [
      ['odd', { worker: 'payer' }],
      ['oh', { worker: 'payer' }],
    ],
  );
});

test('waking ends the pause, and is not forgotten while a run is under way', async (t) => {
  let calls = 0;
  let go = Promise.withResolvers<boolean>();
  const { worker } = start(t, {
    run() {
      calls += 1;
      return go.promise;
    },
  });
  await until('the first run', () => calls === 1);
  worker.wake();
  const first = go;
  go = Promise.withResolvers();
  first.resolve(false);
  await until('the run that was asked for meanwhile', () => calls === 2);
  go.resolve(false);
  // Whether this comes before or in the pause, it leads to another run.
  worker.wake();
  await until('the run after the pause', () => calls === 3);
});

test('stopping waits for the run under way, then for what it has left, and starts no other', async (t) => {
  const go = Promise.withResolvers<void>();
  const seen: string[] = [];
  const { worker } = start(t, {
    everyMs: 1,
    async run(signal) {
      seen.push('begun');
      await go.promise;
      seen.push(signal.aborted ? 'told to end' : 'not told');
      return true;
    },
    async drain() {
      seen.push('drained');
    },
  });
  worker.stop();
  let done = false;
  void worker.done.then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  assert.equal(done, false);
  go.resolve();
  await worker.done;
  assert.deepEqual(seen, ['begun', 'told to end', 'drained']);
});

test('stopping ends the pause', async (t) => {
  const { worker, runs } = start(t, { run: async () => false });
  await until('the pause', async () => (await runs('')) === 1);
  worker.stop();
  await worker.done;
});

test('a run that ends because it was told to is no failure', async (t) => {
  const { worker, reports, runs } = start(t, {
    run: (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  worker.stop();
  await worker.done;
  assert.equal(reports.length, 0);
  assert.equal(await runs('AbortError'), undefined);
});
