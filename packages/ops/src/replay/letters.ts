import type { ReceivedRecord } from '@tocsin/kit';

/** Of which event it is; a record without an id of its own is called by its place, as in the inbox. */
export const idOf = (letter: ReceivedRecord): string => letter.headers.dead_letter_id ?? '';

/** What nobody has sent back yet: of each event the last letter, unless a replay came after it. In the order of time. */
export function waitingLetters(
  letters: readonly ReceivedRecord[],
  replays: readonly ReceivedRecord[],
): ReceivedRecord[] {
  const sentAt = new Map(inTime(replays).map(({ headers, timestamp }) => [headers.ce_id, timestamp]));
  const last = new Map(inTime(letters).map((letter) => [idOf(letter), letter]));
  return inTime([...last.values()]).filter(
    (letter) => letter.timestamp > (sentAt.get(idOf(letter)) ?? new Date(0)),
  );
}

/** A record without a key may come back in another partition, and partitions are read one after the other. */
const inTime = (records: readonly ReceivedRecord[]) =>
  records.toSorted((one, other) => one.timestamp.getTime() - other.timestamp.getTime());

/**
 * The record as it first came, for its group alone. One that had no id is given that of its letter, or its replay would
 * be another event.
 */
export function replayOf(letter: ReceivedRecord, topic: string) {
  const { key, value } = letter;
  const asItCame = Object.entries(letter.headers).filter(([name]) => !name.startsWith('dead_letter_'));
  return { topic, key, value, headers: { ce_id: idOf(letter), ...Object.fromEntries(asItCame) } };
}
