import { groups } from '@tocsin/contracts';
import { runService } from '@tocsin/kit';
import { notificationsConfig } from './config.ts';
import { delivery } from './delivery.ts';
import { notificationsReactions } from './events.ts';
import { notificationsRoutes } from './http.ts';
import { createMailer } from './mailer.ts';
import { createMessageMetrics } from './metrics.ts';
import { createNeighbours } from './neighbours.ts';
import { createMessageStore } from './store.ts';

await runService(
  {
    name: 'notifications',
    description: 'Writes to customers; hears that something happened, and calls back to learn what',
    config: notificationsConfig,
  },
  async (service) => {
    const { config } = service;
    const database = service.postgres(config.DATABASE_URL, new URL('../migrations/', import.meta.url));
    const messages = createMessageStore();
    const metrics = createMessageMetrics(service.metrics);
    const neighbours = createNeighbours(service, {
      customers: config.CUSTOMERS_URL,
      orders: config.ORDERS_URL,
    });
    const mailer = config.SMTP_URL ? await createMailer(config.SMTP_URL, config.MAIL_FROM) : undefined;

    const { wake } = service.work(delivery({ ...service, database, messages, neighbours, mailer, metrics }));
    service
      .kafka(config, database)
      .consume(groups.notifications, notificationsReactions({ messages, metrics, wake }));
    service.http(notificationsRoutes({ database, messages }));
  },
);
