/**
 * Whose objects the charts make, and which of their kinds. All are published as Go modules, which carry their
 * schemas; Strimzi's come from its Java classes.
 */
export const kubernetes = {
  goModule: 'k8s.io/kubernetes@v1.34.4',
  swagger: 'api/openapi-spec/swagger.json',
  kinds: [
    'apps/v1/DaemonSet',
    'apps/v1/Deployment',
    'apps/v1/StatefulSet',
    'autoscaling/v2/HorizontalPodAutoscaler',
    'batch/v1/CronJob',
    'batch/v1/Job',
    'networking.k8s.io/v1/Ingress',
    'networking.k8s.io/v1/NetworkPolicy',
    'policy/v1/PodDisruptionBudget',
    'rbac.authorization.k8s.io/v1/ClusterRole',
    'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
    'rbac.authorization.k8s.io/v1/Role',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    'v1/ConfigMap',
    'v1/Namespace',
    'v1/PersistentVolumeClaim',
    'v1/Pod',
    'v1/Secret',
    'v1/Service',
    'v1/ServiceAccount',
  ],
} as const;

export interface CustomSource {
  /** The file in deploy/schemas. */
  name: string;
  goModule: string;
  /** Files of definitions in the module. */
  definitions: readonly string[];
}

export const customSources: readonly CustomSource[] = [
  {
    name: 'prometheus-operator',
    goModule: 'github.com/prometheus-operator/prometheus-operator@v0.92.1',
    definitions: ['servicemonitors', 'podmonitors', 'probes', 'prometheusrules', 'alertmanagerconfigs'].map(
      (kinds) => `example/prometheus-operator-crd/monitoring.coreos.com_${kinds}.yaml`,
    ),
  },
  {
    name: 'cloudnative-pg',
    goModule: 'github.com/cloudnative-pg/cloudnative-pg@v1.27.0',
    definitions: ['clusters', 'databases', 'scheduledbackups'].map(
      (kinds) => `config/crd/bases/postgresql.cnpg.io_${kinds}.yaml`,
    ),
  },
  {
    name: 'gateway-api',
    goModule: 'sigs.k8s.io/gateway-api@v1.4.0',
    definitions: ['config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
  },
];

export const strimzi = {
  name: 'strimzi',
  version: 'io.strimzi:api:1.2.0',
  classes: {
    Kafka: 'io.strimzi.api.kafka.model.kafka.Kafka',
    KafkaNodePool: 'io.strimzi.api.kafka.model.nodepool.KafkaNodePool',
    KafkaTopic: 'io.strimzi.api.kafka.model.topic.KafkaTopic',
    KafkaUser: 'io.strimzi.api.kafka.model.user.KafkaUser',
  },
} as const;
