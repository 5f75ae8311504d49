import type { DefaultRenderer, ListrTask, ListrTaskWrapper, SimpleRenderer } from 'listr2';
import { apiServerOf } from './api-server.ts';
import { builtImages, removeImages } from './built-images.ts';
import { ensureCluster } from './ensure-cluster.ts';
import { releaseAll } from './hold.ts';
import { buildImage, imageRepository } from './image.ts';
import { loadImages, presentImages } from './kind.ts';
import { ensureNamespace } from './our-namespace.ts';
import {
  foreignImages,
  foundations,
  type Images,
  install,
  type Release,
  releases,
  testRelease,
} from './releases.ts';
import { namespace, openTarget, type Target, type TargetOptions, typedFor } from './target.ts';
import { type ValuesChoice, valuesFiles } from './values-files.ts';
import { blockOf, createChanges, watchPods } from './watch-pods.ts';

export interface DeployOptions extends TargetOptions {
  root: string;
  /** Of kind's nodes; without it, what this kind has for its own. */
  nodeImage?: string | undefined;
  /** File of the cluster's nodes; what the charts need for it lies beside it. */
  kindConfig: string;
  /** Folder of values of the person's own, a file for each chart. */
  values?: string | undefined;
  /** Our image, where it was pushed to; without it, it is built and loaded. */
  image?: string | undefined;
}

type Task = ListrTask<object, typeof DefaultRenderer, typeof SimpleRenderer>;
type Running = ListrTaskWrapper<object, typeof DefaultRenderer, typeof SimpleRenderer>;

/** The steps of `make deploy`, in order. */
export function deployTasks(options: DeployOptions, signal: AbortSignal): Task[] {
  const { root, context, image } = options;
  let images: Images = { ours: image ?? '', broker: image ?? '' };
  /** Not what another run builds meanwhile, for another cluster. */
  let earlierImages: string[] = [];
  let opened: Promise<Target> | undefined;
  /** For the steps behind that of the cluster: before it there may be none to open. */
  const target = () => {
    opened ??= openTarget(root, options);
    return opened;
  };
  const onKind: Task[] = [
    {
      title: 'cluster and image',
      task: (_, task) =>
        task.newListr(
          [
            clusterTask(options),
            {
              title: 'image',
              task: async (_, building) => {
                earlierImages = await builtImages();
                images = await ourImages(root, (line) => {
                  building.output = line;
                });
                building.title = `image ${images.ours}`;
              },
            },
          ],
          { concurrent: true },
        ),
    },
    { title: 'images into the nodes', task: (_, task) => load(options, images, task) },
  ];
  return [
    ...(context ? [] : onKind),
    { title: `namespace ${namespace}`, task: async (_, task) => namespaceTask(root, await target(), task) },
    { title: 'parts that are held', task: async (_, task) => letGoTask(await target(), task) },
    {
      title: 'charts',
      task: (_, task) =>
        task.newListr([
          { title: 'what the services stand on', task: (_, each) => installTogether(each, foundations) },
          { title: 'services', task: (_, each) => installOne(each, 'services') },
        ]),
    },
    {
      title: 'tests of the charts',
      task: (_, task) =>
        task.newListr(
          releases.map((release) => ({
            title: `helm test ${release}`,
            task: async () => testRelease(await target(), release, signal),
          })),
          { concurrent: true },
        ),
    },
    ...(context ? [] : [{ title: 'images of earlier builds', task: clearEarlierImages }]),
  ];

  async function clearEarlierImages(_: object, task: Running): Promise<void> {
    const old = earlierImages.filter((name) => name !== images.ours && name !== images.broker);
    // Somebody may run one of them: no reason for all of it to fail.
    await removeImages(old).catch((error: Error) => {
      task.output = error.message;
    });
  }

  function installTogether(task: Running, names: readonly Release[]) {
    const tasks = names.map(
      (release): Task => ({ title: release, task: (_, each) => installOne(each, release) }),
    );
    return task.newListr(tasks, { concurrent: true });
  }

  async function installOne(task: Running, release: Release): Promise<void> {
    const cluster = await target();
    const done = new AbortController();
    const changes = createChanges();
    const watching = watchPods(cluster, AbortSignal.any([done.signal, signal]), release, (pods) => {
      if (process.stdout.isTTY) task.output = blockOf(pods);
      else for (const line of changes(pods)) task.output = line;
    });
    try {
      await install(cluster, release, {
        images,
        values: {
          facts: await factsFor(release, cluster),
          files: valuesFiles(choiceOf(options), release),
        },
        signal,
        report: (line) => {
          task.title = `${release}: ${line}`;
        },
      });
    } finally {
      done.abort();
      await watching;
    }
  }
}

function clusterTask({ root, cluster, kindConfig: config, nodeImage }: DeployOptions): Task {
  return {
    title: `cluster ${cluster}`,
    task: async (_, task) => {
      const report = (line: string) => {
        task.output = line;
      };
      const came = await ensureCluster(root, { cluster, config, nodeImage, report });
      if (came === 'there') task.title = `cluster ${cluster} is there`;
    },
  };
}

/** Built now. The name for the broker stays the same from build to build. */
async function ourImages(root: string, report: (line: string) => void): Promise<Images> {
  const { name, ofVersion } = await buildImage({ root, report });
  return { ours: name, broker: ofVersion };
}

function choiceOf({ context, kindConfig, values }: DeployOptions): ValuesChoice {
  return { kindConfig: context ? undefined : kindConfig, values };
}

/** What a chart cannot know of the cluster. */
async function factsFor(release: Release, target: Target): Promise<object> {
  if (release === 'services') return { services: { chatops: { env: { RUNBOOK_TARGET: typedFor(target) } } } };
  // The address of the API server may change at any time on a cluster that somebody else keeps, and discovery would
  // end: there it is for the person to say.
  if (release === 'monitoring' && target.cluster)
    return { networkPolicy: { apiServer: await apiServerOf(target) } };
  return {};
}

/** Ours, and of the others those that the engine has already; the nodes pull the rest themselves. */
async function load(options: DeployOptions, { ours, broker }: Images, task: Running): Promise<void> {
  const { cluster } = options;
  await loadImages(cluster, [ours, broker]);
  const others = await foreignImages(imageRepository, (release) => valuesFiles(choiceOf(options), release));
  // An engine may have the layers of its own machine alone, which kind cannot load: no harm, the nodes pull.
  await loadImages(cluster, await presentImages(others)).catch((error: unknown) => {
    task.output = String(error);
  });
}

async function namespaceTask(root: string, target: Target, task: Running): Promise<void> {
  const owner = await ensureNamespace(root, target);
  if (owner === 'of others') task.title = `namespace ${namespace} is of somebody else, and left as it is`;
}

/** Helm would leave a part without pods where its chart leaves their number to Kubernetes. */
async function letGoTask(target: Target, task: Running): Promise<void> {
  const released = await releaseAll(target);
  task.title = released.length > 0 ? `let go, for it was held: ${released.join(', ')}` : 'no part is held';
}
