import { groups, shippingEvents } from '@tocsin/contracts';
import { runService } from '@tocsin/kit';
import { shippingConfig } from './config.ts';
import { addressDeadline } from './deadline.ts';
import { addressReplica, paymentReactions } from './events.ts';
import { shipmentRoutes } from './http.ts';
import { createShipmentMetrics } from './metrics.ts';
import { createShippingStore } from './store.ts';

await runService(
  {
    name: 'shipping',
    description: 'Dispatches paid orders to the addresses in its own copy of the customers',
    config: shippingConfig,
  },
  ({ config, metrics: registry, health, postgres, kafka, work, http }) => {
    const database = postgres(config.DATABASE_URL, new URL('../migrations/', import.meta.url));
    const events = kafka(config, database);
    const outbox = events.outbox({ publishes: [shippingEvents] });

    const metrics = createShipmentMetrics(registry);
    const shipping = createShippingStore();
    events.consume(groups.shipping, paymentReactions({ shipping, metrics }));
    events.replicate(groups.shippingAddresses, addressReplica({ shipping, metrics }));
    const caughtUp = () => health.latched();
    work(addressDeadline({ database, outbox, shipping, metrics, caughtUp }, config.ADDRESS_WAIT_MS));
    http(shipmentRoutes({ database, shipping }));
  },
);
