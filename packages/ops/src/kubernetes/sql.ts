import { knownDatabase, readOnly } from '../sql/ask.ts';
import { kubectl, type Target } from './target.ts';

/**
 * Asks the database of a service in the cluster, by psql in the pod of Postgres, and writes nothing.
 * @param options.write lets it write all the same.
 * @returns psql's table. @throws Error in Postgres' words.
 */
export function askCluster(
  target: Target,
  service: string,
  statement: string,
  options: { write: boolean },
): Promise<string> {
  const psql = 'exec psql --no-psqlrc --username="$POSTGRES_USER" --dbname="$1" --command="$2"';
  const inThePod = [
    'env',
    `PGOPTIONS=${options.write ? '' : readOnly}`,
    'sh',
    '-c',
    psql,
    'sql',
    knownDatabase(service),
    statement,
  ];
  return kubectl(target, ['exec', 'statefulset/postgres', '--container=postgres', '--', ...inThePod]);
}
