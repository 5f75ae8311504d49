import { groups, paymentsEvents } from '@tocsin/contracts';
import { createHttpClient, runService } from '@tocsin/kit';
import { createBank } from './bank.ts';
import { paymentsConfig } from './config.ts';
import { chargeReactions } from './events.ts';
import { chargeRoutes } from './http.ts';
import { createChargeMetrics } from './metrics.ts';
import { createChargeStore } from './store.ts';
import { createChargeWorker } from './worker.ts';

/** What a claim lasts beyond the call that it is for: time to record the answer. */
const recordBudgetMs = 5000;

await runService(
  {
    name: 'payments',
    description: 'Charges orders at the bank, once, and gives back what is not shipped',
    config: paymentsConfig,
  },
  ({ config, log, crash, metrics, postgres, kafka, http, work }) => {
    const database = postgres(config.DATABASE_URL, new URL('../migrations/', import.meta.url));
    const events = kafka(config, database);
    const outbox = events.outbox({ publishes: [paymentsEvents] });
    const charges = createChargeStore();

    const bank = createBank(createHttpClient({ metrics }, 'bank', config.BANK_URL), config.BANK_TIMEOUT_MS);
    const worker = work(
      createChargeWorker(
        { log, crash, database, outbox, charges, bank, metrics: createChargeMetrics(metrics) },
        {
          concurrency: config.BANK_CONCURRENCY,
          leaseMs: config.BANK_TIMEOUT_MS + recordBudgetMs,
          giveUpMs: config.BANK_GIVE_UP_MS,
        },
      ),
    );
    events.consume(groups.payments, chargeReactions({ charges, changed: worker.wake }));
    http(chargeRoutes({ database, charges }));
  },
);
