import { topics } from '@tocsin/contracts';
import { createLog, createTopics } from '@tocsin/kit';

/** Creates the topics of the contracts that are missing. */
export async function createContractTopics(brokers: string[]): Promise<void> {
  const log = createLog({ service: 'topics', release: 'local', level: 'info' });
  const created = await createTopics({ log }, { brokers, clientId: 'topics' }, topics);
  log.info({ created }, 'topics are there');
}
