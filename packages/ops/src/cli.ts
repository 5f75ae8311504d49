import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { DrillOptions } from './drill/commands.ts';
import type { Ground } from './drill/ground.ts';
import type { DeployOptions } from './kubernetes/deploy-tasks.ts';
import type { TargetOptions } from './kubernetes/target.ts';

const root = path.resolve(import.meta.dirname, '../../..');
process.chdir(root);
const say = (line: string) => console.log(line);

// Make exports what is not set as blank.
for (const [name, value] of Object.entries(process.env)) if (value === '') delete process.env[name];

const portOffset = new Option('--port-offset <number>', 'added to every port')
  .env('PORT_OFFSET')
  .default(0)
  .argParser(offset);

const brokers = new Option('--brokers <number>', "how many there are of Kafka's brokers")
  .env('BROKERS')
  .default(1)
  .argParser(oneOrThree);

const cluster = new Option('--cluster <name>', 'the kind cluster').env('CLUSTER').default('tocsin');
const context = new Option('--context <name>', 'of kubectl; then nothing is done to kind').env('CONTEXT');

const target = new Option('--target <kind>', 'the platform of make deploy').env('TARGET').choices(['kind']);

const program = new Command('tocsin').description('The commands behind make');

// Who names a cluster and forgets TARGET means the cluster, not this machine.
program.hook('preAction', (_program, command) => {
  const { target: where, ...options } = command.opts();
  if (where || !command.options.includes(target)) return;
  for (const name of ['context', 'cluster']) {
    if (command.getOptionValueSource(name) === 'default' || !options[name]) continue;
    throw new Error(`${name.toUpperCase()}=${options[name]} is a cluster: say TARGET=kind, too`);
  }
});

program
  .command('doctor')
  .description('say what is missing on this machine')
  .addOption(portOffset)
  .action(async (options: { portOffset: number }) => {
    const { examine } = await import('./doctor/findings.ts');
    const { report } = await import('./doctor/doctor.ts');
    const { examineForKubernetes } = await import('./kubernetes/needs.ts');
    const deploy = await examineForKubernetes(root, { kind: true });
    process.exitCode = report({ up: await examine(root, options.portOffset), deploy }, say);
  });

program
  .command('up')
  .description('start everything, and return when all is well')
  .addOption(portOffset)
  .addOption(brokers)
  .action(async (options: { portOffset: number; brokers: 1 | 3 }) => {
    const { up } = await import('./stack/commands/up.ts');
    await up(root, options, say);
    const { healLeftovers } = await import('./drill/commands.ts');
    const { laptop } = await import('./drill/laptop.ts');
    const healed = await healLeftovers(laptop(root));
    if (healed) say(`${healed}.`);
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
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (options: { json: boolean } & GroundOptions) => {
    if (options.target) {
      const { podsTable } = await import('./kubernetes/pods-table.ts');
      const { openTarget } = await import('./kubernetes/target.ts');
      say(await podsTable(await openTarget(root, options)));
      return;
    }
    const { status } = await import('./stack/commands/status.ts');
    await status(options, say);
  });

program
  .command('hold [part]')
  .description('end a part and keep it down')
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (given: string | undefined, options: GroundOptions) => {
    const part = needed(given, 'hold PART=kafka');
    const { openTarget, typedFor } = await import('./kubernetes/target.ts');
    const there = options.target && (await openTarget(root, options));
    if (there) {
      const { holdWorkload } = await import('./kubernetes/hold.ts');
      await holdWorkload(there, part);
    } else {
      const { hold } = await import('./stack/commands/hold.ts');
      await hold(part);
    }
    const where = there ? ` ${typedFor(there)}` : '';
    say(`${part} is held. \`make release PART=${part}${where}\` lets it go.`);
  });

program
  .command('release [part]')
  .description('let a held part go, and return when it is well')
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (given: string | undefined, options: GroundOptions) => {
    const part = needed(given, 'release PART=kafka');
    if (options.target) {
      const { releaseWorkload, untilRolledOut } = await import('./kubernetes/hold.ts');
      const { openTarget } = await import('./kubernetes/target.ts');
      const there = await openTarget(root, options);
      await releaseWorkload(there, part);
      await untilRolledOut(there, part);
    } else {
      const { release } = await import('./stack/commands/hold.ts');
      await release(part);
    }
    say(`${part} is well.`);
  });

program
  .command('logs [part]')
  .description("show the end of a part's log, and follow it")
  .option('--no-follow', 'return at its end')
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (given: string | undefined, options: { follow: boolean } & GroundOptions) => {
    const part = needed(given, 'logs SERVICE=orders');
    if (options.target) {
      const { logsOfPods } = await import('./kubernetes/logs.ts');
      const { openTarget } = await import('./kubernetes/target.ts');
      await logsOfPods(await openTarget(root, options), part, options, say);
      return;
    }
    const { logs } = await import('./stack/commands/logs.ts');
    await logs(root, part, options, say);
  });

program
  .command('sql')
  .description("ask a service's own database, and write nothing (SQL, the statement)")
  .option('--service <name>', 'whose database')
  .addOption(new Option('--query <sql>').env('SQL'))
  .option('--write', 'let it write all the same', false)
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (options: { service?: string; query?: string; write: boolean } & GroundOptions) => {
    const example = 'sql SERVICE=orders QUERY="select * from order_view limit 5"';
    const service = needed(options.service, example);
    const query = needed(options.query, example);
    if (options.target) {
      const { askCluster } = await import('./kubernetes/sql.ts');
      const { openTarget } = await import('./kubernetes/target.ts');
      say(await askCluster(await openTarget(root, options), service, query, options));
      return;
    }
    const { ask, urlOf } = await import('./sql/ask.ts');
    say(await ask(urlOf(await laptopPorts(), service), query, options));
  });

program
  .command('replay')
  .description('show the dead letters of a consumer group, and send them back')
  .option('--group <name>', 'whose')
  .option('--id <id>', 'one of them, whatever became of it')
  .option('--yes', 'send them', false)
  .addOption(new Option('--brokers <list>', 'instead of that of `make up`').env('KAFKA_BROKERS'))
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (options: ReplayOptions & GroundOptions) => {
    const { groupNamed, replay } = await import('./replay/replay.ts');
    const group = groupNamed(needed(options.group, 'replay GROUP=orders'));
    if (options.target) {
      const { replayInCluster } = await import('./kubernetes/replay.ts');
      const { openTarget } = await import('./kubernetes/target.ts');
      const id = options.id ? [`--id=${options.id}`] : [];
      const args = [`--group=${group.name}`, ...id, ...(options.yes ? ['--yes'] : [])];
      say(await replayInCluster(await openTarget(root, options), args));
      return;
    }
    const { kafkaFrom } = await import('./jobs/kafka-from.ts');
    const brokers = options.brokers ?? (await laptopBrokers());
    const kafka = kafkaFrom({ ...process.env, KAFKA_BROKERS: brokers });
    await replay(kafka, group, { id: options.id, send: options.yes }, say);
  });

program
  .command('test')
  .description('check and test everything')
  .option('--static', 'only what needs no running programs', false)
  .action(async (options: { static: boolean }) => {
    const { stages } = await import('./checks/stages.ts');
    const { runStages } = await import('./checks/run-stages.ts');
    const chosen = stages.filter((stage) => stage.static || !options.static);
    process.exitCode = await runStages(chosen, say);
  });

program
  .command('drill [alert]')
  .description('prove alarms on the running platform')
  .option('--service <name>', "the one that is to suffer, instead of the drill's own choice")
  .option('--group <name>', 'all of a rule file, or negative: what must stay silent')
  .option('--all', 'every drill', false)
  .option('--fast', 'with the drill profile', false)
  .option('--record', 'write the figures to alerts/drills/measured.json', false)
  .option('--no-runbook', 'without the commands of the runbook')
  .addOption(new Option('--times <number>', 'each so often').default(1).argParser(wholeNumber))
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (alert: string | undefined, options: DrillFlags & GroundOptions) => {
    const { runDrills } = await import('./drill/commands.ts');
    const ground = await groundOf(options);
    const where = options.target ? (options.context ?? `kind-${options.cluster}`) : 'laptop';
    process.exitCode = await runDrills({ ...options, root, alert, ground, target: where });
  });

program
  .command('quiet')
  .description('see that nothing rings but the Watchdog')
  .option('--for <span>', 'such as 90s or 15m', '15m')
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (options: { for: string } & GroundOptions) => {
    const { runQuiet, secondsOfSpan } = await import('./drill/quiet-command.ts');
    const seconds = secondsOfSpan(options.for);
    process.exitCode = await runQuiet(await groundOf(options), seconds);
  });

program
  .command('heal')
  .description('repair what a killed drill left broken')
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (options: GroundOptions) => {
    const { healPending } = await import('./drill/commands.ts');
    const healed = await healPending(await groundOf(options));
    say(healed ? `${healed}.` : 'Nothing was left broken.');
  });

program
  .command('reconcile')
  .description('look for orders that were lost, or done twice')
  .option('--since <span>', 'how long ago the first was placed', '10m')
  .option('--until <span>', 'how long ago the last was placed', '2m')
  .option('--every <span>', 'go on until SIGTERM, and push what is found (PUSHGATEWAY_URL, NAMESPACE)')
  .addOption(new Option('--brokers <list>', 'instead of that of `make up`').env('KAFKA_BROKERS'))
  .addOption(new Option('--bank-url <url>', 'instead of that of `make up`').env('BANK_URL'))
  .addOption(target)
  .addOption(cluster)
  .addOption(context)
  .action(async (options: ReconcileOptions & GroundOptions) => {
    if (options.target) {
      throw new Error(
        'A cluster judges its own orders each minute: `make logs SERVICE=reconcile TARGET=kind` tells',
      );
    }
    const { kafkaFrom } = await import('./jobs/kafka-from.ts');
    const brokers = options.brokers ?? (await laptopBrokers());
    const kafka = kafkaFrom({ ...process.env, KAFKA_BROKERS: brokers });
    const bankUrl = options.bankUrl ?? `http://127.0.0.1:${(await laptopPorts()).bank.http}`;
    const { runReconcile, runReconcileEvery } = await import('./reconcile/command.ts');
    if (options.every === undefined) {
      process.exitCode = await runReconcile({ ...options, kafka, bankUrl }, say);
      return;
    }
    const namespace = process.env.NAMESPACE ?? 'tocsin';
    const pushgatewayUrl = setting('PUSHGATEWAY_URL');
    const { every } = options;
    await runReconcileEvery({ ...options, every, kafka, bankUrl, pushgatewayUrl, namespace });
  });

program
  .command('supervise', { hidden: true })
  .addOption(portOffset)
  .addOption(brokers)
  .action(async (options: { portOffset: number; brokers: 1 | 3 }) => {
    const { supervise } = await import('./stack/supervise.ts');
    const { laptopSite } = await import('./stack/site.ts');
    const { declareParts } = await import('../../../deploy/local/parts.ts');
    const site = laptopSite(root, options.portOffset, options.brokers);
    await supervise(site, declareParts(site));
  });

program
  .command('deploy')
  .description('install everything on a cluster, and return when all is well')
  .addOption(cluster)
  .addOption(context)
  .addOption(new Option('--node-image <name>', "of kind's nodes").env('KIND_IMAGE'))
  .addOption(new Option('--kind-config <file>').env('KIND_CONFIG').default('deploy/kind/cluster.yaml'))
  .addOption(new Option('--image <name>', 'ours, from a registry').env('IMAGE'))
  .addOption(new Option('--values <folder>', 'of values, CHART-values.yaml for each chart').env('VALUES'))
  .action(async (options: Omit<DeployOptions, 'root'>) => {
    const { deploy } = await import('./kubernetes/deploy.ts');
    await deploy({ root, ...options }, say);
  });

program
  .command('forward')
  .description("the cluster's ports on this machine")
  .addOption(cluster)
  .addOption(context)
  .addOption(portOffset)
  .action(async (options: TargetOptions & { portOffset: number }) => {
    const { forward } = await import('./kubernetes/forward.ts');
    await forward({ root, ...options }, say);
  });

program
  .command('undeploy')
  .description('remove the cluster that deploy has created, or what it installed')
  .addOption(cluster)
  .addOption(context)
  .action(async (options: TargetOptions) => {
    const { undeploy } = await import('./kubernetes/undeploy.ts');
    await undeploy(root, options, say);
  });

program
  .command('image')
  .description('build the image of all services and jobs')
  .action(async () => {
    const { buildImage } = await import('./kubernetes/image.ts');
    say((await buildImage({ root, report: say })).name);
  });

program
  .command('topics')
  .description('create the topics of the contracts (KAFKA_*, TOPICS_REPLICATION_FACTOR)')
  .action(async () => {
    const { createContractTopics } = await import('./jobs/topics.ts');
    const { kafkaFrom } = await import('./jobs/kafka-from.ts');
    const replicas = process.env.TOPICS_REPLICATION_FACTOR;
    const options = replicas ? { replicationFactor: Number(replicas) } : {};
    await createContractTopics(kafkaFrom(process.env), options);
  });

program
  .command('databases')
  .description('create a database and a role for each of DATABASE_URLS (POSTGRES_URL, the superuser)')
  .action(async () => {
    const { createDatabases } = await import('./jobs/databases.ts');
    await createDatabases(setting('POSTGRES_URL'), setting('DATABASE_URLS').split(','));
  });

program
  .command('pager')
  .description('keep the pages that no other pager gets (PAGER_FILE, HOST, HTTP_PORT)')
  .action(async () => {
    const { runPager } = await import('./pager/command.ts');
    await runPager(process.env, say);
  });

interface ReplayOptions {
  group?: string;
  id?: string;
  yes: boolean;
  brokers?: string;
}

interface ReconcileOptions {
  since: string;
  until: string;
  every?: string;
  brokers?: string;
  bankUrl?: string;
}

type DrillFlags = Omit<DrillOptions, 'root' | 'alert' | 'ground' | 'target'>;
type GroundOptions = TargetOptions & { target?: 'kind' };

/** The platform that is meant: of `make deploy`, or else of `make up`. */
async function groundOf(options: GroundOptions): Promise<Ground> {
  if (options.target) {
    const { clusterGround } = await import('./kubernetes/drill-ground.ts');
    return clusterGround(root, options);
  }
  const { laptop } = await import('./drill/laptop.ts');
  return laptop(root);
}

/** Of the platform of `make up`. */
async function laptopBrokers(): Promise<string> {
  const { bootstrapServers } = await import('../../../deploy/local/brokers.ts');
  const { supervisor } = await import('./stack/control.ts');
  return bootstrapServers(await supervisor().status());
}

/** Of the platform of `make up`. */
async function laptopPorts() {
  const { supervisor } = await import('./stack/control.ts');
  return (await supervisor().status()).ports;
}

/** Two are a quorum that is lost with either. */
function oneOrThree(text: string): 1 | 3 {
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw new InvalidArgumentError('It is 1 or 3.');
}

/** Zero or more, so few that every port stays one. */
function offset(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 20_000) return Number(text);
  throw new InvalidArgumentError('It is a whole number up to 20000.');
}

/** One or more. */
function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number, 1 or more.');
}

/** What make passes from a variable that may not be set. */
function needed(value: string | undefined, example: string): string {
  if (!value) throw new Error(`Say which, as in: make ${example}`);
  return value;
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** What we throw is meant for people; a stack is only of use when it comes from elsewhere. */
function inWords(error: unknown): unknown {
  // Thrown on the way out, too: the first one is the reason.
  if (error instanceof SuppressedError) return `${inWords(error.suppressed)}\n${inWords(error.error)}`;
  return error instanceof Error ? error.message : error;
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(inWords(error));
  // sysexits.h EX_CONFIG, as the services end: to start again does not help.
  process.exitCode = error instanceof Error && error.name === 'ConfigError' ? 78 : 1;
}
