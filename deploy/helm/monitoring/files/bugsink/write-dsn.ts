// Makes Bugsink's project, once, and writes its DSN into a Secret. Safe to run again: what is there stays.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const {
  BUGSINK_URL = '',
  API_TOKEN = '',
  PROJECT = '',
  NAMESPACE = '',
  SECRET = '',
  LABELS = '',
} = process.env;
const deadline = Date.now() + 240_000;

async function call(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  const body = await response.text();
  if (!response.ok)
    throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${body.slice(0, 500)}`);
  return JSON.parse(body);
}

const bugsink = (path: string, body?: object) =>
  call(`${BUGSINK_URL}/api/canonical/0/${path}/`, {
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });

interface Named {
  readonly id: string | number;
  readonly name: string;
}

/** A page holds 250, and a list that holds more than that is not ours to tidy. */
async function find<T extends Named>(kind: 'teams' | 'projects'): Promise<T | undefined> {
  const { results } = (await bugsink(kind)) as { results: T[] };
  return results.find(({ name }) => name === PROJECT);
}

async function projectDsn(): Promise<string> {
  const existing = await find<Named & { dsn: string }>('projects');
  if (existing) return existing.dsn;
  if (!(await find('teams'))) await bugsink('teams', { name: PROJECT });
  const team = await find('teams');
  await bugsink('projects', { team: team?.id, name: PROJECT });
  console.log(`made the project ${PROJECT}`);
  return projectDsn();
}

async function whenBugsinkAnswers(): Promise<string> {
  for (;;) {
    try {
      return await projectDsn();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      console.log(`not yet: ${error instanceof Error ? (error.cause ?? error.message) : error}`);
      await delay(2000);
    }
  }
}

/** NODE_EXTRA_CA_CERTS makes fetch trust the cluster. */
const kubernetes = (path: string, init: RequestInit = {}) =>
  call(`https://kubernetes.default.svc${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8')}`,
      'content-type': 'application/apply-patch+yaml',
    },
  });

// Bugsink makes the DSN from the address that people use; services use the Service.
const dsn = new URL(await whenBugsinkAnswers());
const inside = new URL(BUGSINK_URL);
dsn.protocol = inside.protocol;
dsn.host = inside.host;

const owner = (await kubernetes(`/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/bugsink`)) as {
  metadata: { name: string; uid: string };
};
await kubernetes(
  `/api/v1/namespaces/${NAMESPACE}/secrets/${SECRET}?fieldManager=bugsink-project&force=true`,
  {
    method: 'PATCH',
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: SECRET,
        labels: JSON.parse(LABELS),
        // The Secret goes when Bugsink goes.
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner.metadata.name, uid: owner.metadata.uid },
        ],
      },
      stringData: { dsn: dsn.href },
    }),
  },
);
console.log(`the Secret ${SECRET} holds the DSN of the project ${PROJECT}`);
