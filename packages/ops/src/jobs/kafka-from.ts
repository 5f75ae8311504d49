import { type KafkaAccess, kafkaAccess, kafkaConfig, readConfig } from '@tocsin/kit';

/**
 * How to get to Kafka, from the keys that the services read.
 * @throws {ConfigError} naming every missing or malformed key.
 */
export function kafkaFrom(environment: NodeJS.ProcessEnv): KafkaAccess {
  return kafkaAccess(readConfig(kafkaConfig, environment));
}
