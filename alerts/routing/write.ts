// `npm run routing`
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { alertsFolder } from '../catalogue/rules.ts';
import { observeRouting } from './observe.ts';
import { routingTable } from './table.ts';

await using clean = new AsyncDisposableStack();
writeFileSync(path.join(alertsFolder, 'routing.md'), routingTable(await observeRouting(clean)));
