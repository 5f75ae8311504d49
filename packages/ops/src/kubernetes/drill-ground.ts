import getPort from 'get-port';
import { z } from 'zod';
import { ports } from '../../../../deploy/local/ports.ts';
import { breakagesOf, type Drill } from '../drill/drill.ts';
import { clearFaults, setFaults } from '../drill/faults.ts';
import type { Ground, OpenGround } from '../drill/ground.ts';
import { type PendingFile, pendingFile } from '../drill/pending.ts';
import type { Platform, Repairer } from '../drill/platform.ts';
import { readJson } from '../drill/read-json.ts';
import type { HandsFor } from '../drill/repair.ts';
import { hasWorkload, holdWorkload, killWorkload, releaseWorkload, restartWorkload } from './hold.ts';
import { readPods } from './pods.ts';
import { keepPortForward, openPortForward } from './port-forward.ts';
import { openTarget, type Target, type TargetOptions, typedFor } from './target.ts';

/** The platform of `make deploy`, for drills. */
export function clusterGround(root: string, options: TargetOptions): Ground {
  const name = options.context ?? `kind-${options.cluster}`;
  const pending = pendingFile(root, name);
  return {
    pending,
    open: async (profile) => {
      if (profile === 'drill')
        throw new Error('The drill profile is for the laptop; a cluster keeps its rules');
      return openCluster(await openTarget(root, options), pending);
    },
    repairDeps: async () => ({ repairer: clusterRepairer(await openTarget(root, options)), hands: noHands }),
  };
}

/** What reaches for the inside of a part by ports and files of the machine. */
const noHands: HandsFor = (alert) => {
  throw new Error(`The drill of ${alert} reaches inside the parts, which can be done on the laptop only`);
};

async function openCluster(target: Target, pending: PendingFile): Promise<OpenGround> {
  const platform = await clusterPlatform(target);
  return {
    platform,
    pending,
    hands: noHands,
    runbookTarget: (await isForwarded(platform.prometheusUrl)) ? typedFor(target) : undefined,
    obstacle: laptopMatter,
    prepare: async () => {},
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}

/** What of a drill a cluster has no way to do. */
export function laptopMatter(drill: Pick<Drill, 'breaks' | 'needs'>): string | undefined {
  const { needs } = drill;
  const kinds = breakagesOf(drill).map(({ kind }) => kind);
  // There all brokers are one part, however many they are.
  if (needs?.brokers === 3) return 'one broker of several can be broken on the laptop only';
  if (needs?.history) return 'it needs the drill profile, which is for the laptop only';
  if (kinds.includes('acts')) return 'it reaches inside the parts, which can be done on the laptop only';
  if (kinds.includes('freeze')) return 'a part can be frozen on the laptop only';
  return undefined;
}

/**
 * Whether `make forward` brings the ports of the cluster with this Prometheus: those that runbooks name may be those of
 * `make up` or of another cluster. Two have not begun in the same nanosecond.
 */
export async function isForwarded(
  prometheusUrl: string,
  forwardedUrl = `http://127.0.0.1:${ports.prometheus.http}`,
): Promise<boolean> {
  const [one, other] = await Promise.all([prometheusUrl, forwardedUrl].map(beginningOf));
  return one !== undefined && one === other;
}

const runtimeInfo = z.object({ data: z.object({ startTime: z.string() }) });

/** When a Prometheus began; undefined when none answers. */
function beginningOf(url: string): Promise<string | undefined> {
  return readJson(`${url}/api/v1/status/runtimeinfo`, runtimeInfo).then(
    ({ data }) => data.startTime,
    () => undefined,
  );
}

function clusterRepairer(target: Target): Repairer {
  return {
    clearFaults: (service) => onEveryPod(target, service, clearFaults),
    has: (part) => hasWorkload(target, part),
    release: (part) => releaseWorkload(target, part),
    restart: (part) => restartWorkload(target, part),
    thaw: async () => {}, // Nothing is ever frozen there.
  };
}

async function clusterPlatform(target: Target): Promise<Platform & AsyncDisposable> {
  await refuseUnwell(target);
  const ending = new AbortController();
  const ways: Promise<void>[] = [];
  const urls = new Map<string, string>();
  /** Opened at the first call, and kept until the end, whatever becomes of the pods. */
  const urlOf = async (service: string, remote: number): Promise<string> => {
    const known = urls.get(service);
    if (known) return known;
    const local = await getPort({ host: '127.0.0.1' });
    const opened = Promise.withResolvers<void>();
    const way = keepPortForward(target, service, {
      pairs: [{ local, remote }],
      signal: ending.signal,
      onOpen: opened.resolve,
      onLost: (why) => opened.reject(new Error(why)),
    });
    ways.push(way);
    await opened.promise;
    const url = `http://127.0.0.1:${local}`;
    urls.set(service, url);
    return url;
  };
  const close = async () => {
    ending.abort();
    await Promise.all(ways);
  };
  try {
    const [prometheusUrl, alertmanagerUrl, chatopsUrl] = await Promise.all([
      urlOf('prometheus', 9090),
      urlOf('alertmanager', 9093),
      urlOf('chatops', 8080),
    ]);
    // None where critical alerts go to PagerDuty or Opsgenie.
    const pagers = await readPods(target, 'app.kubernetes.io/name=pager');
    const pager = pagers.length > 0 && { pagerUrl: await urlOf('pager', 8080) };
    return {
      ...clusterRepairer(target),
      prometheusUrl,
      alertmanagerUrl,
      chatopsUrl,
      ...pager,
      httpUrl: (service) => urlOf(service, 8080),
      setFaults: (service, faults) => onEveryPod(target, service, (adminUrl) => setFaults(adminUrl, faults)),
      hold: (part) => holdWorkload(target, part),
      freeze: async (part) => {
        throw new Error(`${part} cannot be frozen on a cluster, only on the laptop`);
      },
      kill: (part) => killWorkload(target, part),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws when there is no pod of the service, or the action fails on one. */
async function onEveryPod(
  target: Target,
  service: string,
  act: (adminUrl: string) => Promise<void>,
): Promise<void> {
  const pods = (await readPods(target, `app.kubernetes.io/name=${service}`)).filter(
    ({ state }) => state !== 'done' && state !== 'ending',
  );
  if (pods.length === 0) throw new Error(`${service} has no pod`);
  await Promise.all(
    pods.map(async ({ name }) => {
      const way = await openPortForward(target, `pod/${name}`, { local: 0, remote: 9102 });
      try {
        await act(`http://127.0.0.1:${way.port}`);
      } finally {
        await way.stop();
      }
    }),
  );
}

async function refuseUnwell(target: Target): Promise<void> {
  const pods = (await readPods(target)).filter(({ component }) => component !== 'test');
  if (pods.length === 0) throw new Error('Nothing is installed there. `make deploy` does it.');
  const unwell = pods.filter(({ state }) => state !== 'ready' && state !== 'done');
  if (unwell.length === 0) return;
  const list = unwell.map(({ name, state }) => `${name} is ${state}`).join(', ');
  throw new Error(`A drill needs all pods ready; ${list}`);
}
