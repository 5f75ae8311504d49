import path from 'node:path';
import { Command, Option } from 'commander';

const root = path.resolve(import.meta.dirname, '../../..');
process.chdir(root);
const say = (line: string) => console.log(line);

const portOffset = new Option('--port-offset <number>', 'added to every port')
  .env('PORT_OFFSET')
  .default(0)
  .argParser(Number);

const program = new Command('tocsin').description('The commands behind make');

program
  .command('up')
  .description('start everything, and return when all is well')
  .addOption(portOffset)
  .action(async (options: { portOffset: number }) => {
    const { up } = await import('./stack/commands/up.ts');
    await up(root, options.portOffset, say);
  });

program
  .command('down')
  .description('end everything')
  .action(async () => {
    const { down } = await import('./stack/commands/down.ts');
    await down(root, say);
  });

program
  .command('status')
  .description('show how each part is')
  .option('--json', 'for scripts', false)
  .action(async (options: { json: boolean }) => {
    const { status } = await import('./stack/commands/status.ts');
    await status(options, say);
  });

program
  .command('hold <part>')
  .description('end a part and keep it down')
  .action(async (part: string) => {
    const { hold } = await import('./stack/commands/hold.ts');
    await hold(part);
    say(`${part} is held. \`make release PART=${part}\` lets it go.`);
  });

program
  .command('release <part>')
  .description('let a held part go, and return when it is well')
  .action(async (part: string) => {
    const { release } = await import('./stack/commands/hold.ts');
    await release(part);
    say(`${part} is well.`);
  });

program
  .command('logs <part>')
  .description("show the end of a part's log, and follow it")
  .option('--no-follow', 'return at its end')
  .action(async (part: string, options: { follow: boolean }) => {
    const { logs } = await import('./stack/commands/logs.ts');
    await logs(root, part, options, say);
  });

program
  .command('supervise', { hidden: true })
  .addOption(portOffset)
  .action(async (options: { portOffset: number }) => {
    const { supervise } = await import('./stack/supervise.ts');
    await supervise(root, options.portOffset);
  });

program
  .command('topics')
  .description('create the topics of the contracts (KAFKA_BROKERS)')
  .action(async () => {
    const { createContractTopics } = await import('./jobs/topics.ts');
    await createContractTopics(setting('KAFKA_BROKERS').split(','));
  });

program
  .command('databases')
  .description('create a database and a role for each of DATABASE_URLS (POSTGRES_URL, the superuser)')
  .action(async () => {
    const { createDatabases } = await import('./jobs/databases.ts');
    await createDatabases(setting('POSTGRES_URL'), setting('DATABASE_URLS').split(','));
  });

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  // What we throw is meant for people; a stack is only of use when it comes from elsewhere.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
