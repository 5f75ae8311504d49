// `npm run pint`: brings pint here, with which `make check` then looks at the rules, too.
import { findProgram } from '../programs/find-program.ts';

console.log(await findProgram('pint'));
