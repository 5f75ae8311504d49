import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnKubectl, type Target } from './target.ts';

const line = '{.object.metadata.name}{" "}{.type}{" "}{.object.metadata.deletionTimestamp}{"\\n"}';

/** Tells, until the signal, of each pod that begins to end: by an event of its name. */
export function watchEndings(target: Target, signal: AbortSignal): EventTarget {
  const endings = new EventTarget();
  const watch = async () => {
    while (!signal.aborted) {
      const kubectl = spawnKubectl(target, [
        ...['get', 'pods', '--watch', '--output-watch-events', `--output=jsonpath=${line}`],
      ]);
      const stop = () => kubectl.kill('SIGTERM');
      signal.addEventListener('abort', stop);
      for await (const event of createInterface(kubectl.stdout)) {
        const [pod = '', type, deletedAt] = event.split(' ');
        if (deletedAt || type === 'DELETED') endings.dispatchEvent(new Event(pod));
      }
      signal.removeEventListener('abort', stop);
      // A watch ends after some minutes, and with the API server.
      await sleep(1000, undefined, { signal }).catch(() => {}); // Aborted: the end.
    }
  };
  void watch();
  return endings;
}
