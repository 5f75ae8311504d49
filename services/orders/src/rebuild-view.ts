import { createLog, openDatabase, postgresConfig, readConfig } from '@tocsin/kit';
import { createEventStore } from './event-store.ts';
import { rebuildView } from './view.ts';
import { createOrderView } from './view-store.ts';

const { DATABASE_URL } = readConfig(postgresConfig, process.env);
const log = createLog({ service: 'orders', release: 'rebuild-view', level: 'info' });
const database = openDatabase({ log }, DATABASE_URL, 'orders-rebuild-view');
const orders = await rebuildView({ database, events: createEventStore(), view: createOrderView() });
log.info({ orders }, 'view rebuilt');
await database.close();
