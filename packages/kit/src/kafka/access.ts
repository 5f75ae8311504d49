import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import type { ConfigOf, kafkaConfig } from '../config.ts';

/** Where the brokers are and how they let one in: by TLS, by a login, by both or by neither. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly ssl?: ConnectionOptions;
  readonly sasl?: SASLOptions;
}

export function kafkaAccess(config: ConfigOf<typeof kafkaConfig>): KafkaAccess {
  const { KAFKA_CA_FILE: caFile, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  return {
    brokers: config.KAFKA_BROKERS,
    ...(config.KAFKA_TLS && { ssl: {} }),
    ...(caFile && { ssl: trusting(caFile) }),
    ...(username && password && { sasl: { mechanism: config.KAFKA_SASL_MECHANISM, username, password } }),
  };
}

/** kafkajs copies the options for each connection, so that a CA that was renewed on disk is trusted from then on. */
function trusting(caFile: string): ConnectionOptions {
  return {
    get ca() {
      return readFileSync(caFile);
    },
  };
}
