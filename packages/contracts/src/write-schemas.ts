import { readFile, writeFile } from 'node:fs/promises';
import { breaks } from './compatibility.ts';
import { jsonSchemas } from './json-schema.ts';

// Writes schemas/<event type>.json, and refuses a change that somebody would not survive.
const folder = new URL('../schemas/', import.meta.url);
let refused = false;

for (const [type, schema] of jsonSchemas()) {
  const file = new URL(`${type}.json`, folder);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  const problems = before === undefined ? [] : breaks(JSON.parse(before), schema);
  if (problems.length > 0) {
    refused = true;
    process.stderr.write(
      `${type} would break a reader; make it a new version:\n  ${problems.join('\n  ')}\n`,
    );
  } else {
    await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`);
  }
}
if (refused) process.exitCode = 1;
