export type { InhibitRule } from './alerts/inhibition.ts';
export { fits, readMatcher } from './alerts/matchers.ts';
export { type Receivers, renderAlertmanagerConfig } from './alerts/render.ts';
export { askPrometheus } from './drill/ask-prometheus.ts';
export { loadDrill } from './drill/catalogue.ts';
export {
  type Acts,
  type Breakage,
  breakagesOf,
  type Drill,
  type DrillFor,
  type DrillGroup,
  type ServiceFault,
  type Stage,
} from './drill/drill.ts';
export { type Hands, handsAt } from './drill/hands.ts';
export type { NegativeDrill } from './drill/negative/negative-drill.ts';
export { pendingFile } from './drill/pending.ts';
export { performDrill } from './drill/perform.ts';
export { type Platform, platformAt } from './drill/platform.ts';
export { apiServerOf } from './kubernetes/api-server.ts';
export { holdWorkload, releaseWorkload } from './kubernetes/hold.ts';
export { imageRepository } from './kubernetes/image.ts';
export { deleteCluster, loadImages, presentImages } from './kubernetes/kind.ts';
export { type PodView, readPods } from './kubernetes/pods.ts';
export { openPortForward } from './kubernetes/port-forward.ts';
export { foreignImages } from './kubernetes/releases.ts';
export { helm, kubectl, openTarget, type Target } from './kubernetes/target.ts';
export { findProgram, findPrograms } from './programs/find-program.ts';
export { ensureJmxExporter } from './programs/jmx-exporter.ts';
export { type BrokerPlace, brokerEnvironment, ensureKafka, kafkaFiles } from './programs/kafka.ts';
export type { ProgramName } from './programs/outside-programs.ts';
export { initPostgres, postgresPrograms } from './programs/postgres.ts';
export { understands } from './programs/understands.ts';
export type { Check, Part, PartState, PartStatus } from './stack/part.ts';
export { type Site, testSite } from './stack/site.ts';
export { type RunningParts, startParts } from './stack/start-parts.ts';
