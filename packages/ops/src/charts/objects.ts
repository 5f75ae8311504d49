import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type {
  ConfigMap,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Secret,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from 'kubernetes-types/rbac/v1.js';

/** As far as every object goes; `find` gives those of the built-in kinds their whole type. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string };
  /** What most kinds have; compare it with assert.partialDeepStrictEqual. */
  spec?: unknown;
}

interface BuiltIn {
  ClusterRole: ClusterRole;
  ClusterRoleBinding: ClusterRoleBinding;
  ConfigMap: ConfigMap;
  CronJob: CronJob;
  DaemonSet: DaemonSet;
  Deployment: Deployment;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  Ingress: Ingress;
  Job: Job;
  NetworkPolicy: NetworkPolicy;
  PersistentVolumeClaim: PersistentVolumeClaim;
  Pod: Pod;
  PodDisruptionBudget: PodDisruptionBudget;
  Role: Role;
  RoleBinding: RoleBinding;
  Secret: Secret;
  Service: Service;
  ServiceAccount: ServiceAccount;
  StatefulSet: StatefulSet;
}

type ObjectOf<Kind extends string> = Kind extends keyof BuiltIn
  ? BuiltIn[Kind] & KubernetesObject
  : KubernetesObject;

/** The one object of that kind and name, if there is one. */
export function find<Kind extends string>(
  objects: readonly KubernetesObject[],
  kind: Kind,
  name: string,
): ObjectOf<Kind> | undefined {
  return ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
}

export function ofKind<Kind extends string>(
  objects: readonly KubernetesObject[],
  kind: Kind,
): ObjectOf<Kind>[] {
  return objects.filter((object): object is ObjectOf<Kind> => object.kind === kind);
}

/** Whatever runs pods, with the template of its pods; of a Pod, itself. */
export function workloads(
  objects: readonly KubernetesObject[],
): { object: KubernetesObject; template: PodTemplateSpec & { spec: PodSpec } }[] {
  const templates = [
    ...[...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet'), ...ofKind(objects, 'DaemonSet')],
    ...ofKind(objects, 'Job'),
  ].map((object) => ({ object, template: object.spec?.template }));
  const ofCronJobs = ofKind(objects, 'CronJob').map((object) => ({
    object,
    template: object.spec?.jobTemplate.spec?.template,
  }));
  const pods = ofKind(objects, 'Pod').map((object) => ({ object, template: object }));
  return [...templates, ...ofCronJobs, ...pods].flatMap(({ object, template }) =>
    template?.spec ? [{ object, template: { ...template, spec: template.spec } }] : [],
  );
}
