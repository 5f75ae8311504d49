import type { Breakage } from './drill.ts';
import type { Repair } from './pending.ts';
import type { Platform } from './platform.ts';

const timeoutMs = 5000;

/** What will undo it, known before it is done. */
export function repairOf(breakage: Breakage, platform: Platform): Repair {
  if (breakage.kind === 'hold') return { kind: 'release', part: breakage.part };
  const { service } = breakage;
  return { kind: 'clear-faults', service, faultsUrl: `${platform.service(service).adminUrl}/faults` };
}

/** Breaks it. @throws when it is not broken afterwards, or nobody knows. */
export async function breakIt(breakage: Breakage, platform: Platform): Promise<void> {
  if (breakage.kind === 'hold') return platform.hold(breakage.part);
  const url = `${platform.service(breakage.service).adminUrl}/faults`;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults: breakage.faults }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.ok) return;
  const why = response.status === 404 ? 'faults are off there (FAULTS_ENABLED)' : await response.text();
  throw new Error(`${breakage.service} refuses the fault: ${why}`);
}

/** Repairs it; repairing what is whole changes nothing. @throws when it may still be broken. */
export async function repairIt(repair: Repair, release: (part: string) => Promise<void>): Promise<void> {
  if (repair.kind === 'release') return release(repair.part);
  const response = await fetch(repair.faultsUrl, {
    method: 'DELETE',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    // Faults live in the memory of the process: with it gone, so are they.
    if (refused(error)) return undefined;
    throw error;
  });
  if (response && !response.ok) throw new Error(`${repair.faultsUrl} answered ${response.status}`);
}

function refused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

/** What the repair has done, in words. */
export function describeRepair(repair: Repair): string {
  return repair.kind === 'release' ? `${repair.part} released` : `faults of ${repair.service} cleared`;
}
