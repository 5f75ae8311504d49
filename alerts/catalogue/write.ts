import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freshMainReadme, mainReadme } from './overview.ts';
import { freshReadme } from './readme.ts';
import { alertsFolder } from './rules.ts';

writeFileSync(path.join(alertsFolder, 'README.md'), await freshReadme());
writeFileSync(mainReadme, freshMainReadme());
