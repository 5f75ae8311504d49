import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { brokerEnvironment, ensureKafka, kafkaFiles } from '@tocsin/ops';
import { execa } from 'execa';
import getPort from 'get-port';
import { until } from '../../packages/kit/src/testing/backing.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Of the keystores that `createCertificate` makes. */
export const storePassword = 'swordfish';

export interface GuardedBroker {
  /** As clients are to find it. */
  readonly address: string;
  /** PEM file of the certificate that it shows, which nobody has signed but itself. */
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
}

/** A broker like that of `make up`, in `folder`, that speaks TLS and wants a login. It is gone when `clean` is. */
export async function startGuardedBroker(
  clean: AsyncDisposableStack,
  folder: string,
): Promise<GuardedBroker> {
  await ensureKafka(root, console.error);
  const { lib } = kafkaFiles(root);
  const [port, controllerPort] = [await getPort(), await getPort()];
  const env = brokerEnvironment({ nodeId: 1, port, controllerPort, data: path.join(folder, 'data') });
  const { caFile, keystore } = await createCertificate(folder, 'broker');
  const [user, password] = ['tocsin', 'swordfish'];
  const properties = path.join(folder, 'kafka.properties');
  const laptop = await readFile(path.join(root, 'deploy/local/kafka.properties'), 'utf8');
  await writeFile(
    properties,
    [laptop, ...guarded({ port, controllerPort, keystore, user, password })].join('\n'),
  );

  const java = (...args: string[]) => ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', `${lib}/*`, ...args];
  const users = ['SCRAM-SHA-512', 'SCRAM-SHA-256'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${user},password=${password}]`,
  ]);
  const format = ['format', '-t', '5L6g3nShT-eMCtK--X86sw', '-c', properties, ...users];
  await execa('java', java('kafka.tools.StorageTool', ...format), { env, all: true });

  const log4j = `-Dlog4j2.configurationFile=${root}/deploy/local/kafka-log4j2.properties`;
  const broker = execa('java', java(log4j, 'kafka.Kafka', properties), { env, all: true, reject: false });
  const said: string[] = [];
  broker.all.on('data', (text: Buffer) => void said.push(String(text)));
  clean.defer(async () => {
    broker.kill('SIGKILL');
    await broker;
  });
  await until(
    'the broker listens',
    () => listens(port),
    60_000,
    () => said,
  );
  return { address: `127.0.0.1:${port}`, caFile, user, password };
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** A certificate for this machine's loopback address that is its own authority; keytool comes with Java. */
export async function createCertificate(folder: string, name: string) {
  const keystore = path.join(folder, `${name}.p12`);
  const caFile = path.join(folder, `${name}.crt`);
  const store = ['-alias', name, '-keystore', keystore, '-storepass', storePassword];
  const subject = ['-dname', 'CN=broker', '-ext', 'SAN=IP:127.0.0.1'];
  await execa('keytool', ['-genkeypair', '-keyalg', 'EC', ...subject, ...store]);
  await execa('keytool', ['-exportcert', '-rfc', '-file', caFile, ...store]);
  return { caFile, keystore };
}

/** What comes later in the file holds. */
function guarded(broker: {
  port: number;
  controllerPort: number;
  keystore: string;
  user: string;
  password: string;
}): string[] {
  const login = `username="${broker.user}" password="${broker.password}"`;
  const modules = 'org.apache.kafka.common.security';
  return [
    `listeners=SASL_SSL://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${broker.controllerPort}`,
    `advertised.listeners=SASL_SSL://127.0.0.1:${broker.port}`,
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'inter.broker.listener.name=SASL_SSL',
    'sasl.enabled.mechanisms=SCRAM-SHA-512,SCRAM-SHA-256,PLAIN',
    'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512',
    `listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required ${login};`,
    `listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;`,
    `listener.name.sasl_ssl.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${broker.user}="${broker.password}";`,
    `ssl.keystore.location=${broker.keystore}`,
    `ssl.keystore.password=${storePassword}`,
    `ssl.truststore.location=${broker.keystore}`,
    `ssl.truststore.password=${storePassword}`,
  ];
}
