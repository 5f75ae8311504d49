// What we ask of every object that a chart makes, beyond what Kubernetes asks.
import { type KubernetesObject, ofKind, workloads } from '@tocsin/ops/charts';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';

const podLabels = ['name', 'instance', 'part-of', 'component'].map((label) => `app.kubernetes.io/${label}`);

/** Those of a release stay off the pods: a new version of the chart alone restarts nothing. */
const labels = [...podLabels, 'app.kubernetes.io/version', 'app.kubernetes.io/managed-by', 'helm.sh/chart'];

/** Labels that change with a release: a selector that has one never finds the pods of the release before, and pods that have one are replaced. */
const changing = ['helm.sh/chart', 'app.kubernetes.io/version'];

/** It measures the node itself, in the one namespace where Pod Security does not restrict. */
const privilegedName = 'node-exporter';

export function complaints(objects: readonly KubernetesObject[]): string[] {
  return [
    ...objects.flatMap(aboutLabels),
    ...workloads(objects).flatMap(({ object, template }) => {
      const about = (what: string) => `${object.kind} ${object.metadata.name}: ${what}`;
      const unlabelled = missing(podLabels, template.metadata?.labels);
      const restarting = changing.filter((label) => template.metadata?.labels?.[label] !== undefined);
      const privileged = object.metadata.name === privilegedName;
      return [
        ...unlabelled.map((label) => `its pods have no label ${label}`),
        // A test or a hook is a pod of its own, made anew each time.
        ...(object.kind === 'Pod' ? [] : restarting.map((label) => `its pods have the label ${label}`)),
        ...aboutPod(template.spec, privileged),
        ...[...(template.spec.initContainers ?? []), ...template.spec.containers].flatMap(aboutContainer),
      ].map(about);
    }),
    ...aboutDisruption(objects),
  ];
}

function aboutLabels(object: KubernetesObject): string[] {
  const about = (what: string) => `${object.kind} ${object.metadata.name}: ${what}`;
  const unlabelled = missing(labels, object.metadata.labels).map((label) => about(`no label ${label}`));
  const selectors = JSON.stringify(object.spec ?? {}).match(/"(selector|matchLabels)":\{[^}]*\}/g) ?? [];
  const unstable = changing.filter((label) => selectors.some((selector) => selector.includes(label)));
  return [...unlabelled, ...unstable.map((label) => about(`${label} in a selector`))];
}

function missing(wanted: readonly string[], given: Record<string, string> = {}): string[] {
  return wanted.filter((label) => !given[label]);
}

function aboutPod(pod: PodSpec, privileged: boolean): string[] {
  const { securityContext: security } = pod;
  return unless({
    'enableServiceLinks is not false': pod.enableServiceLinks === false,
    'a service account token that nobody asked for':
      pod.automountServiceAccountToken === false ||
      (pod.automountServiceAccountToken === true && pod.serviceAccountName !== undefined),
    'runAsNonRoot is not true': security?.runAsNonRoot === true,
    'no numeric runAsUser': (security?.runAsUser ?? 0) > 0,
    'seccomp is not RuntimeDefault': security?.seccompProfile?.type === 'RuntimeDefault',
    "a folder or network of the node's":
      privileged || !(pod.hostNetwork || pod.hostPID || pod.volumes?.some(({ hostPath }) => hostPath)),
  });
}

function aboutContainer(container: Container): string[] {
  const { securityContext: security, resources } = container;
  const { requests, limits } = resources ?? {};
  return unless({
    'allowPrivilegeEscalation is not false': security?.allowPrivilegeEscalation === false,
    'capabilities are kept': security?.capabilities?.drop?.includes('ALL') === true,
    'its root file system can be written': security?.readOnlyRootFilesystem === true,
    'no request of CPU': requests?.cpu !== undefined,
    'requests and limits of memory differ':
      requests?.memory !== undefined && requests.memory === limits?.memory,
    'a limit of CPU': limits?.cpu === undefined,
    'imagePullPolicy is not IfNotPresent': container.imagePullPolicy === 'IfNotPresent',
    'an image without a tag': /:[^/]+$/.test(container.image ?? ''),
  }).map((what) => `container ${container.name}: ${what}`);
}

/** A budget over a single replica would only stop the node from being drained. */
function aboutDisruption(objects: readonly KubernetesObject[]): string[] {
  const sets = [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')];
  return ofKind(objects, 'PodDisruptionBudget').flatMap((budget) => {
    const wanted = Object.entries(budget.spec?.selector?.matchLabels ?? {});
    const covered = sets.filter(({ spec }) =>
      wanted.every(([label, value]) => spec?.template.metadata?.labels?.[label] === value),
    );
    const about = (what: string) => `PodDisruptionBudget ${budget.metadata.name}: ${what}`;
    if (covered.length === 0) return [about('covers nothing')];
    return covered.filter(({ spec }) => spec?.replicas === 1).map(() => about('covers a single replica'));
  });
}

function unless(conditions: Record<string, boolean>): string[] {
  return Object.entries(conditions).flatMap(([complaint, holds]) => (holds ? [] : [complaint]));
}
