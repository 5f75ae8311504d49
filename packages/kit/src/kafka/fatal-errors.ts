/** The broker's answers that are the same until somebody changes a right, a setting or a version. */
const refusals = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'UNSUPPORTED_VERSION',
]);

/** A defect, ours or kafkajs', or something that kafkajs cannot do: what such an error leaves behind is unknown. */
const defects = new Set([
  'KafkaJSInvariantViolation',
  'KafkaJSNotImplemented',
  'KafkaJSServerDoesNotSupportApiKey',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
]);

/**
 * Whether a consumer that ended with this would end with it again. Everything else counts as an outage, whatever
 * kafkajs thinks of it. So does a failed SASL login: kafkajs reports a connection that closes during the login as
 * one, and `kafka_reachable`, which logs in as well, tells of a wrong password.
 */
export function outlastsRestart(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const type = 'type' in error ? String(error.type) : '';
  return refusals.has(type) || defects.has(error.name) || outlastsRestart(error.cause);
}
