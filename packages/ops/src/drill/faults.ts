import type { ServiceFault } from './drill.ts';

const timeoutMs = 5000;

/** Sets the faults of one process. @throws when it refuses, or nobody knows. */
export async function setFaults(adminUrl: string, faults: readonly ServiceFault[]): Promise<void> {
  const response = await fetch(`${adminUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.ok) return;
  const why = response.status === 404 ? 'faults are off there (FAULTS_ENABLED)' : await response.text();
  throw new Error(`${adminUrl} refuses the fault: ${why}`);
}

/** Clears those of one process. @throws when it may still be broken. */
export async function clearFaults(adminUrl: string): Promise<void> {
  const response = await fetch(`${adminUrl}/faults`, {
    method: 'DELETE',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    // Faults live in the memory of the process: with it gone, so are they.
    if (refused(error)) return undefined;
    throw error;
  });
  if (response && !response.ok) throw new Error(`${adminUrl}/faults answered ${response.status}`);
}

function refused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
