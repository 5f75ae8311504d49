import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { baseConfig, ConfigError, kafkaConfig, postgresConfig, readConfig } from './config.ts';
import { cleanup } from './testing/backing.ts';
import { spawnService } from './testing/service-process.ts';

const shape = { ...baseConfig, ...kafkaConfig, ...postgresConfig };
const needed = { KAFKA_BROKERS: 'a:9092, b:9092', DATABASE_URL: 'postgres://orders@localhost/orders' };
const fixture = new URL('./testing/fixture-service.ts', import.meta.url);

function problemsOf(environment: Record<string, string>): string {
  try {
    readConfig(shape, environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  assert.fail('no problem was found');
}

test('defaults fill what is not set, and values are parsed', () => {
  const config = readConfig(shape, { ...needed, HTTP_PORT: '8101', FAULTS_ENABLED: 'true', OTHER: 'x' });
  assert.partialDeepStrictEqual(config, {
    HTTP_PORT: 8101,
    ADMIN_PORT: 9102,
    HOST: '0.0.0.0',
    FAULTS_ENABLED: true,
    KAFKA_BROKERS: ['a:9092', 'b:9092'],
  });
  assert.equal(config.SENTRY_DSN, undefined);
  assert.ok(Object.isFrozen(config));
  assert.ok(!('OTHER' in config));
});

test('an empty value counts as not set', () => {
  const config = readConfig(shape, {
    ...needed,
    HTTP_PORT: '',
    ADMIN_PORT: '  ',
    SENTRY_DSN: '',
    LOG_LEVEL: '',
  });
  assert.partialDeepStrictEqual(config, { HTTP_PORT: 8080, ADMIN_PORT: 9102, LOG_LEVEL: 'info' });
  assert.match(problemsOf({ ...needed, KAFKA_BROKERS: '' }), /KAFKA_BROKERS/);
});

test('every problem is named at once, and no value is repeated', () => {
  const secret = 'mysql://root:swordfish@db';
  const problems = problemsOf({
    HTTP_PORT: 'eighty',
    ADMIN_PORT: '70000',
    LOG_LEVEL: 'loud',
    FAULTS_ENABLED: 'perhaps',
    DRAIN_DELAY_MS: '-1',
    DATABASE_URL: secret,
    SENTRY_DSN: 'https://sentry.example/without-a-key',
  });
  const keys = ['HTTP_PORT', 'ADMIN_PORT', 'LOG_LEVEL', 'FAULTS_ENABLED', 'DRAIN_DELAY_MS', 'DATABASE_URL'];
  for (const key of [...keys, 'SENTRY_DSN', 'KAFKA_BROKERS']) assert.match(problems, new RegExp(key));
  assert.doesNotMatch(problems, /swordfish/);
});

test('brokers are addresses with ports', () => {
  for (const list of ['kafka', 'a:9092,,b:9092', 'a:9092;b:9092', 'a:port']) {
    assert.match(problemsOf({ ...needed, KAFKA_BROKERS: list }), /KAFKA_BROKERS/, list);
  }
});

test('a login is a user and a password', () => {
  const login = { KAFKA_SASL_USERNAME: 'tocsin', KAFKA_SASL_PASSWORD: 'swordfish' };
  const config = readConfig(shape, { ...needed, ...login, KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' });
  assert.partialDeepStrictEqual(config, { ...login, KAFKA_SASL_MECHANISM: 'scram-sha-256' });
  assert.equal(readConfig(shape, { ...needed, ...login }).KAFKA_SASL_MECHANISM, 'scram-sha-512');

  const { KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = login;
  assert.match(problemsOf({ ...needed, KAFKA_SASL_USERNAME }), /Not set.*\n.*at KAFKA_SASL_PASSWORD/);
  const problems = problemsOf({ KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM: 'kerberos' });
  for (const key of ['SASL_USERNAME', 'SASL_MECHANISM', 'BROKERS']) {
    assert.match(problems, new RegExp(`at KAFKA_${key}`), 'one problem does not hide another');
  }
  assert.doesNotMatch(problems, /swordfish/);
});

test('a CA is a file with a certificate', () => {
  const problemOf = (file: string) => problemsOf({ ...needed, KAFKA_CA_FILE: file });
  assert.match(problemOf('/nowhere/ca.crt'), /no such file.*'\/nowhere\/ca.crt'\n.*at KAFKA_CA_FILE/);
  assert.match(problemOf(import.meta.filename), /No certificate can be read.*\n.*at KAFKA_CA_FILE/);
});

test('every key says what it is for', () => {
  for (const [key, schema] of Object.entries(shape)) {
    assert.ok((schema as z.ZodType).description, key);
  }
});

test('a service whose environment is wrong says so in words and exits 78', async (t) => {
  const service = spawnService(cleanup(t), fixture, { HTTP_PORT: 'eighty', DATABASE_URL: 'mysql://db' });
  assert.equal((await service.ended).code, 78);
  for (const key of ['HTTP_PORT', 'DATABASE_URL']) assert.match(service.errors(), new RegExp(key));
  assert.doesNotMatch(service.errors(), /^\s+at .*\.ts/m, 'words, not a stack');
});
