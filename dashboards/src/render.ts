import { writeFileSync } from 'node:fs';
import { rendered } from './rendered.ts';

for (const [file, json] of rendered) writeFileSync(new URL(`../${file}`, import.meta.url), json);
