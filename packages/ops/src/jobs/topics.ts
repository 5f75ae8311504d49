import { topics } from '@tocsin/contracts';
import { createLog, createTopics, type KafkaAccess } from '@tocsin/kit';
import { untilItWorks } from './until-it-works.ts';

/**
 * Creates the topics of the contracts that are missing, as soon as a broker lets it.
 * @param options.replicationFactor none leaves it to the broker's default.
 */
export async function createContractTopics(
  kafka: KafkaAccess,
  options: { replicationFactor?: number } = {},
): Promise<void> {
  const log = createLog({ service: 'topics', release: 'local', level: 'info' });
  const created = await untilItWorks(log, 'create topics', () =>
    createTopics({ log }, { ...kafka, clientId: 'topics', ...options }, topics),
  );
  log.info({ created }, 'topics are there');
}
