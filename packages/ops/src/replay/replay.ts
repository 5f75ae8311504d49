import { type ConsumerGroup, groups } from '@tocsin/contracts';
import { createLog, createMetrics, createProducer, type KafkaAccess, readTopics } from '@tocsin/kit';
import Table from 'cli-table3';
import { plainTable } from '../stack/table.ts';
import { idOf, replayOf, waitingLetters } from './letters.ts';

const budgetMs = 60_000;

/** @throws Error when there is no such consumer group, with those that there are. */
export function groupNamed(name: string): ConsumerGroup {
  const all = Object.values<ConsumerGroup>(groups);
  const group = all.find((each) => each.name === name);
  if (group) return group;
  throw new Error(`There is no consumer group ${name}; there are ${all.map((each) => each.name).join(', ')}`);
}

/**
 * Shows the dead letters of a consumer group that nobody has sent back yet, or the one that is named, and sends them
 * back when told so: the bytes and headers as they first came, to the topic that this group alone reads. An event that
 * was handled meanwhile counts once.
 * @throws when a broker does not answer, or there is no letter of that event.
 */
export async function replay(
  kafka: KafkaAccess,
  group: { name: string; deadLetters: { name: string }; replays: { name: string } },
  { id, send }: { id?: string | undefined; send: boolean },
  say: (line: string) => void,
): Promise<void> {
  const log = createLog({ service: 'replay', release: 'local', level: 'warn' });
  const access = { ...kafka, clientId: 'replay' };
  const read = (topic: string) => readTopics({ log }, { ...access, since: new Date(0), budgetMs }, [topic]);
  const letters = await read(group.deadLetters.name);
  const chosen =
    id === undefined
      ? waitingLetters(letters, await read(group.replays.name))
      : letters.filter((letter) => idOf(letter) === id).slice(-1);
  if (chosen.length === 0) {
    if (id !== undefined) throw new Error(`${group.deadLetters.name} has no letter of ${id}`);
    say(`No dead letter of ${group.name} waits for anybody.`);
    return;
  }
  const table = new Table(plainTable(['AT', 'ID', 'TYPE', 'ERROR'], ['left', 'left', 'left', 'left']));
  for (const letter of chosen) {
    const { ce_type = '', dead_letter_error = '' } = letter.headers;
    table.push([letter.timestamp.toISOString(), idOf(letter), ce_type, dead_letter_error.slice(0, 80)]);
  }
  say(table.toString());
  if (!send) {
    say('Nothing was sent. YES=1 sends them back.');
    return;
  }
  const producer = createProducer({ log, metrics: createMetrics() }, { ...access, sendBudgetMs: 10_000 });
  try {
    // One by one: together they may be more than a topic takes at once.
    for (const letter of chosen) await producer.send([replayOf(letter, group.replays.name)]);
  } finally {
    await producer.close();
  }
  say(`${chosen.length} sent to ${group.replays.name}.`);
}
