import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDeps } from '@tocsin/kit/testing/backing';
import { alertmanagerWebhook } from '../alertmanager/webhook.ts';
import { openDatabase } from '../database.ts';
import { createHeartbeat } from '../heartbeat.ts';
import type { Incident } from '../incidents/incident.ts';
import { createIncidentStore } from '../incidents/store.ts';
import { createIntake } from '../intake.ts';
import { createRoomMetrics } from '../metrics.ts';
import { createForwarding, noForwarding } from '../notifications/forwarding.ts';
import { createRoom } from '../room.ts';
import type { webhookOf } from './webhook.ts';

export function roomFile(clean: AsyncDisposableStack): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'room-'));
  clean.defer(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'made', 'when-missing', 'room.db');
}

export function testClock(start = '2026-11-24T12:00:15.000Z') {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    advance(milliseconds: number) {
      now += milliseconds;
    },
  };
}

/** The room without its doors, on a file of its own and with a clock that the test sets. */
export function testRoom(
  clean: AsyncDisposableStack,
  options: { file?: string; clock?: ReturnType<typeof testClock>; hookUrl?: string } = {},
) {
  const { file = roomFile(clean), clock = testClock(), hookUrl } = options;
  const deps = testDeps();
  const database = openDatabase(file);
  clean.defer(() => database.close());
  const incidents = createIncidentStore(database);
  const metrics = createRoomMetrics(deps.metrics, incidents.countOpen);
  const base = { log: deps.log, clock, database, incidents, metrics };
  const forwarding = hookUrl
    ? createForwarding(base, { hookUrl, publicUrl: 'https://room.example' })
    : noForwarding;
  const posted: Incident[] = [];
  const impacts = { of: () => undefined };
  const room = createRoom({ ...base, forwarding, impacts }, (incident) => void posted.push(incident));
  const heartbeat = createHeartbeat({ ...base, room }, { intervalMs: 60_000 }, () => {});
  const intake = createIntake({ ...base, room, heartbeat });
  return {
    ...base,
    file,
    room,
    heartbeat,
    forwarding,
    /** Each message as it was posted or edited. */
    posted,
    receive: (webhook: ReturnType<typeof webhookOf>) => intake.accept(alertmanagerWebhook.parse(webhook)),
    all: () => incidents.list({ limit: 100 }),
    async metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
      const found = await deps.metrics.registry.getSingleMetric(name)?.get();
      return found?.values.find((value) =>
        Object.entries(labels).every(([label, wanted]) => Reflect.get(value.labels, label) === wanted),
      )?.value;
    },
  };
}
