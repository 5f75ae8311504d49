import { groups, ordersEvents } from '@tocsin/contracts';
import { runService } from '@tocsin/kit';
import { ordersConfig } from './config.ts';
import { createEventStore } from './event-store.ts';
import { orderReactions } from './events.ts';
import { orderRoutes } from './http.ts';
import { createOrderMetrics } from './metrics.ts';
import { viewReactions } from './view.ts';
import { createOrderView } from './view-store.ts';

await runService(
  {
    name: 'orders',
    description: 'Takes orders, keeps each as a stream of events, and ends the saga',
    config: ordersConfig,
  },
  ({ config, metrics, clock, postgres, kafka, http }) => {
    const database = postgres(config.DATABASE_URL, new URL('../migrations/', import.meta.url));
    const broker = kafka(config, database);
    const outbox = broker.outbox({ publishes: [ordersEvents] });

    const events = createEventStore();
    const view = createOrderView();
    const orderMetrics = createOrderMetrics(metrics);

    broker.consume(groups.orders, orderReactions({ events, metrics: orderMetrics }));
    broker.consume(groups.ordersView, viewReactions(view));
    http(orderRoutes({ database, outbox, clock, events, view, metrics: orderMetrics }));
  },
);
