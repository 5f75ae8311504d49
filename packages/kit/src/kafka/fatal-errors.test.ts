import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlastsRestart } from './fatal-errors.ts';

const called = (name: string, cause?: unknown) => Object.assign(new Error('Failed', { cause }), { name });
const answered = (type: string) => Object.assign(called('KafkaJSProtocolError'), { type });

test('what an outage makes of a consumer is no reason to give it up, whatever kafkajs calls it', () => {
  for (const error of [
    called('KafkaJSGroupCoordinatorNotFound'),
    called('KafkaJSNonRetriableError', called('KafkaJSGroupCoordinatorNotFound')),
    called('KafkaJSSASLAuthenticationError'),
    called('KafkaJSLockTimeout'),
    answered('UNKNOWN'),
    answered('COORDINATOR_NOT_AVAILABLE'),
    new Error('read ECONNRESET'),
  ]) {
    assert.equal(outlastsRestart(error), false, String(error));
  }
});

test('a refused right, an unknown protocol and a defect are, however deep they lie', () => {
  for (const error of [
    answered('GROUP_AUTHORIZATION_FAILED'),
    called('KafkaJSNonRetriableError', answered('TOPIC_AUTHORIZATION_FAILED')),
    answered('UNSUPPORTED_VERSION'),
    called('KafkaJSNonRetriableError', new TypeError('x is not a function')),
    new RangeError('offset is out of bounds'),
  ]) {
    assert.equal(outlastsRestart(error), true, String(error));
  }
});
