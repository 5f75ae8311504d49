import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Keys of OpenTelemetry that decide about spans. */
export const traceConfig = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where spans are sent, by OTLP over HTTP as JSON, such as http://localhost:4318; none, no spans',
    ),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on')
    .describe('Which traces are kept'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the traces that a sampler by ratio keeps'),
} as const;

/** Keys that every service has. Each is documented here and nowhere else. */
export const baseConfig = {
  HOST: z.string().default('0.0.0.0').describe('Address that both servers listen on'),
  HTTP_PORT: z.coerce.number().int().min(0).max(65535).default(8080).describe('Port of the API'),
  ADMIN_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(9102)
    .describe('Port of probes, metrics and faults'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least severe level that is logged'),
  RELEASE: z.string().default('development').describe('Version in build info and crash reports'),
  DRAIN_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(0)
    .describe('How long to go on answering after SIGTERM, until no proxy sends requests any more'),
  FAULTS_ENABLED: z.stringbool().default(false).describe('Opens /faults on the admin port'),
  SENTRY_DSN: z
    .string()
    // The crash library would ignore a malformed one, with no more than a line on stderr.
    .regex(/^https?:\/\/[^@/\s]+@[^@/\s]+\/(\S+\/)?\d+$/, 'Expected https://<key>@<host>/<project>')
    .optional()
    .describe('Where crashes are reported; none, no reports'),
  SENTRY_ENVIRONMENT: z.string().default('local').describe('Environment named in crash reports'),
  NAMESPACE: z
    .string()
    .default('tocsin')
    .describe('Label `namespace` of what is pushed, as that of a scrape'),
  PUSHGATEWAY_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where a process that dies says why, as it is never scraped again; none, it says nothing'),
  MEMORY_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Most memory that the process may use, for its metric; none, the limit of its cgroup'),
  ...traceConfig,
} as const;

/** Keys of a service that talks to Kafka. */
export const kafkaConfig = {
  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^\s;]+:\d+$/, 'Expected host:port,host:port')))
    .describe('Bootstrap servers, host:port, separated by commas'),
  KAFKA_TLS: z
    .stringbool()
    .default(false)
    .describe('Speaks TLS with brokers whose certificates a public CA has signed'),
  KAFKA_CA_FILE: z
    .string()
    .superRefine(holdsCertificate)
    .optional()
    .describe("PEM file of the CA that has signed the brokers' certificates; speaks TLS and trusts no other"),
  KAFKA_SASL_MECHANISM: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['scram-sha-512', 'scram-sha-256', 'plain']))
    .default('scram-sha-512')
    .describe('How the login is proved'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('Who logs in; none, no login'),
  KAFKA_SASL_PASSWORD: z.string().optional().describe('Password of that user'),
} as const;

function holdsCertificate(file: string, context: z.RefinementCtx): void {
  try {
    new X509Certificate(readFileSync(file));
  } catch (error) {
    context.addIssue(`No certificate can be read from it: ${error instanceof Error ? error.message : error}`);
  }
}

/** Keys of a service that keeps data in Postgres. */
export const postgresConfig = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe("postgres:// URL of the service's own database and role"),
} as const;

export type Shape = Readonly<Record<string, z.ZodType>>;
export type ConfigOf<S extends Shape> = Readonly<z.output<z.ZodObject<S>>>;
export type BaseConfig = ConfigOf<typeof baseConfig>;

/** The first is of no use without the second. */
const needs = [
  ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'],
  ['KAFKA_SASL_PASSWORD', 'KAFKA_SASL_USERNAME'],
] as const;

/** The environment does not hold what the service needs. `message` names every problem in words. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads `shape` from `environment`, once. An empty value counts as not set, as charts and shells produce it.
 * @throws {ConfigError} naming every missing or malformed key.
 */
export function readConfig<S extends Shape>(shape: S, environment: NodeJS.ProcessEnv): ConfigOf<S> {
  const picked = Object.keys(shape).flatMap((key) => {
    const value = environment[key]?.trim();
    return value ? [[key, value]] : [];
  });
  const values = Object.fromEntries(picked);
  const schema = needs.reduce(
    (all, [key, other]) =>
      all.refine(() => !(key in values) || other in values, {
        path: [other],
        error: `Not set, and ${key} is`,
        when: () => true,
      }),
    z.strictObject(shape),
  );
  const result = schema.safeParse(values, {
    error: ({ input }) => (input === undefined ? 'Not set' : undefined),
  });
  if (!result.success) throw new ConfigError(z.prettifyError(result.error));
  return Object.freeze(result.data) as ConfigOf<S>;
}
