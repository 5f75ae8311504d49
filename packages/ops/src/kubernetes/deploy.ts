import { tmpdir } from 'node:os';
import { Listr, PRESET_TIMER } from 'listr2';
import { alone } from '../stack/alone.ts';
import { addressTable, forwardedServices } from './address-table.ts';
import { type DeployOptions, deployTasks } from './deploy-tasks.ts';
import { diagnose } from './diagnose.ts';
import { parseImageName } from './image-name.ts';
import { examineForKubernetes, refuseMissing } from './needs.ts';
import { podsTable } from './pods-table.ts';
import { makeArguments, namespace, openTarget } from './target.ts';
import { refuseUnread } from './values-files.ts';

/**
 * `make deploy`: the whole platform on a cluster, tested. To run it again is safe at any point.
 * @throws Error in words for people; what was installed is left for them to look at.
 */
export async function deploy(options: DeployOptions, say: (line: string) => void): Promise<void> {
  const { root, cluster, context, image, values } = options;
  if (context && !image) throw new Error(pushFirst(context));
  if (image) refuseUntagged(image);
  if (values) await refuseUnread(values);
  refuseMissing(await examineForKubernetes(root, { kind: !context }));
  const where = context ?? `kind-${cluster}`;
  // Of this machine, and not of this folder alone: another copy of the repository may have the same cluster in mind.
  await alone(`deploy ${where}`, tmpdir(), `Another \`make deploy\` to ${where} is under way.`, () =>
    deployAlone(options, say),
  );
}

async function deployAlone(options: DeployOptions, say: (line: string) => void): Promise<void> {
  const startedAt = Date.now();
  const { root, cluster, context } = options;
  say(context ? `To namespace ${namespace} of ${context}:` : `To kind cluster ${cluster}:`);

  const ending = new AbortController();
  const tasks = new Listr(deployTasks(options, ending.signal), {
    rendererOptions: { showErrorMessage: false, collapseSubtasks: false, timer: PRESET_TIMER },
    fallbackRendererOptions: { timer: PRESET_TIMER },
  });
  try {
    await tasks.run();
  } catch (error) {
    const target = await openTarget(root, options).catch(() => undefined);
    if (target) say(`\n${await diagnose(target).catch(() => 'The cluster does not answer.')}\n`);
    throw error;
  } finally {
    ending.abort(); // What ran beside the one that failed.
  }
  const target = await openTarget(root, options);
  say(`\n${await podsTable(target)}`);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const forward = `make forward${makeArguments(target)}`;
  say(`\nAll is well after ${seconds} s. While \`${forward}\` runs, it is here:\n`);
  say(addressTable(await forwardedServices(target, 0)));
}

/** Without one the charts would take the version of the repository, and `latest` is whatever was pushed last. */
function refuseUntagged(image: string): void {
  const { registry, repository, tag, digest } = parseImageName(image);
  if (digest || (tag && tag !== 'latest')) return;
  throw new Error(
    `IMAGE=${image} names no one image: give it a tag, as in ${[registry, repository].filter(Boolean).join('/')}:1, or a digest.`,
  );
}

function pushFirst(context: string): string {
  return [
    `The nodes of ${context} have to pull our image from a registry. Push it there, and say its name:`,
    '  make image',
    '  docker tag tocsin/platform:… REGISTRY/platform:1 && docker push REGISTRY/platform:1',
    `  make deploy CONTEXT=${context} IMAGE=REGISTRY/platform:1`,
  ].join('\n');
}
