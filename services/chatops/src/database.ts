import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const migrations = new URL('../migrations/', import.meta.url);
const busyTimeoutMs = 2000;

/** Opens the room's file, made with its folder when missing, and brings it up to the newest migration. */
export function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  // FULL, for in WAL mode anything less may forget the newest incident when the machine goes down.
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  for (const [index, file] of readdirSync(migrations).toSorted().entries()) {
    if (index < Number(database.prepare('pragma user_version').get()?.user_version)) continue;
    const sql = readFileSync(new URL(file, migrations), 'utf8');
    transact(database, () => database.exec(`${sql}; pragma user_version = ${index + 1}`));
  }
  return database;
}

/** All of `work` or none of it. It is synchronous, so nothing else comes in between. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
