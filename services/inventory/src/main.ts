import { groups, inventoryEvents } from '@tocsin/contracts';
import { runService } from '@tocsin/kit';
import { inventoryConfig } from './config.ts';
import { inventoryReactions } from './events.ts';
import { inventoryRoutes } from './http.ts';
import { createReservationMetrics } from './metrics.ts';
import { createInventoryStore } from './store.ts';

await runService(
  {
    name: 'inventory',
    description: 'Reserves stock for orders, all lines or none, and releases it when nobody pays',
    config: inventoryConfig,
  },
  ({ config, metrics, postgres, kafka, http }) => {
    const database = postgres(config.DATABASE_URL, new URL('../migrations/', import.meta.url));
    const events = kafka(config, database);
    events.outbox({ publishes: [inventoryEvents] });

    const inventory = createInventoryStore();
    events.consume(
      groups.inventory,
      inventoryReactions({ inventory, metrics: createReservationMetrics(metrics) }),
    );
    http(inventoryRoutes({ database, inventory }));
  },
);
