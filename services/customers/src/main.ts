import { customersEvents, customersState } from '@tocsin/contracts';
import { runService } from '@tocsin/kit';
import { customersConfig } from './config.ts';
import { customerRoutes } from './http.ts';
import { createRegistrationMetrics } from './metrics.ts';
import { createCustomerStore } from './store.ts';

await runService(
  {
    name: 'customers',
    description: 'Registers customers; tells that something happened to one, and what one is like now',
    config: customersConfig,
  },
  ({ config, metrics, postgres, kafka, http }) => {
    const database = postgres(config.DATABASE_URL, new URL('../migrations/', import.meta.url));
    const outbox = kafka(config, database).outbox({
      publishes: [customersEvents, customersState],
    });

    const registrations = createRegistrationMetrics(metrics);
    http(customerRoutes({ database, outbox, customers: createCustomerStore(), registrations }));
  },
);
