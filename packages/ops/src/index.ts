export { renderAlertmanagerConfig } from './alerts/render.ts';
export type { Drill, DrillFor } from './drill/drill.ts';
