export { renderAlertmanagerConfig } from './alerts/render.ts';
export type { Drill, DrillFor } from './drill/drill.ts';
export { findProgram, type ProgramName } from './programs/find-program.ts';
export { ensureKafka, kafkaFiles } from './programs/kafka.ts';
export { initPostgres, postgresPrograms } from './programs/postgres.ts';
export type { Check, Part, PartState, PartStatus } from './stack/part.ts';
export type { Site } from './stack/site.ts';
export { type RunningParts, startParts } from './stack/start-parts.ts';
