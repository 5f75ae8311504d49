import { Agent, type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SteadyClients {
  /** How often each port has told a client to leave, by `Connection: close`. */
  toldToLeave(port: number): number;
  /** Clients by the port that answered them last. */
  settled(port: number): number;
  /** Requests that had no answer, or another than a success; none is ever tried again. */
  readonly failures: readonly string[];
  /** Ends when the last request under way has its answer. */
  stop(): Promise<void>;
}

/**
 * Clients of a Kubernetes service at a steady rate, each on a connection that it keeps. `pick` does what kube-proxy
 * does: it chooses an instance when a connection is made, by a list that is some time behind, and has no say in a
 * connection that exists. So what moves a client from an instance is that instance alone.
 */
export function startSteadyClients(
  clean: AsyncDisposableStack,
  options: { count: number; everyMs: number; path: (round: number) => string; pick: () => number },
): SteadyClients {
  const { count, everyMs, path, pick } = options;
  const stopping = new AbortController();
  const failures: string[] = [];
  const toldToLeave = new Map<number, number>();
  const lastPort = new Map<number, number>();

  const client = async (id: number) => {
    let port = Number.NaN;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = () => {
      port = pick();
      return connect(port, '127.0.0.1');
    };
    const ask = (target: string) =>
      new Promise<void>((resolve) => {
        const asked: ClientRequest = request({ agent, path: target, timeout: 10_000 }, (response) => {
          response.resume().on('close', () => {
            if (response.complete && (response.statusCode ?? 0) < 300) lastPort.set(id, port);
            else failures.push(`${target} of ${port}: ${response.statusCode}`);
            if (response.headers.connection === 'close') {
              toldToLeave.set(port, (toldToLeave.get(port) ?? 0) + 1);
            }
            resolve();
          });
        });
        asked.on('timeout', () => asked.destroy(new Error('no answer')));
        asked.on('error', (error) => {
          failures.push(`${target} of ${port}: ${error.message}`);
          resolve();
        });
        asked.end();
      });
    const startedAt = performance.now() + (id * everyMs) / count;
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      const due = startedAt + round * everyMs - performance.now();
      await sleep(Math.max(0, due), undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) await ask(path(id + round));
    }
    agent.destroy();
  };
  const done = Promise.all(Array.from({ length: count }, (_, id) => client(id)));
  const stop = async () => {
    stopping.abort();
    await done;
  };
  clean.defer(stop);
  return {
    toldToLeave: (port) => toldToLeave.get(port) ?? 0,
    settled: (port) => [...lastPort.values()].filter((last) => last === port).length,
    failures,
    stop,
  };
}
