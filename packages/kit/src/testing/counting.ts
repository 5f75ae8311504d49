import type { EventShape, ReceivedEvent } from '../kafka/cloud-event.ts';
import type { Reactions } from '../postgres/inbox.ts';
import type { Database } from '../postgres/pool.ts';

type World = Map<string, { count: number; last: string }>;

/** Reactions whose effect can be counted: a second handling of one event would show. */
export function countingReactions<D extends EventShape>(
  onReact: (event: ReceivedEvent<D>) => void = () => {},
  onLoad: () => Promise<void> = async () => {},
): Reactions<D, World> {
  return {
    async load(transaction, events) {
      await onLoad();
      const keys = [...new Set(events.map(({ key }) => key))].sort();
      const rows = await transaction.query<{ key: string; count: number; last: string }>(
        'select key, count, last from effects where key = any($1) order by key for update',
        [keys],
      );
      return new Map(rows.map(({ key, count, last }) => [key, { count, last }]));
    },
    react(world, event) {
      onReact(event);
      const count = (world.get(event.key)?.count ?? 0) + 1;
      world.set(event.key, { count, last: String((event.data as { text: string }).text) });
      return [];
    },
    async save(transaction, world) {
      await transaction.query(
        `insert into effects (key, count, last) select * from unnest($1::text[], $2::int[], $3::text[])
         on conflict (key) do update set count = excluded.count, last = excluded.last`,
        [
          [...world.keys()],
          [...world.values()].map(({ count }) => count),
          [...world.values()].map(({ last }) => last),
        ],
      );
    },
  };
}

export async function effects(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ key: string; count: number }>('select key, count from effects');
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
}
