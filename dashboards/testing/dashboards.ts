import { readdirSync, readFileSync } from 'node:fs';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

const folder = new URL('../', import.meta.url);

export interface PanelQuery {
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant: boolean;
}

/** The file of each dashboard, as Grafana reads it. */
export const files: ReadonlyMap<string, string> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]),
);

export const dashboards = [...files.values()].map((text) => JSON.parse(text) as Dashboard);

export const panelsOf = ({ panels = [] }: Dashboard) =>
  panels.filter((panel): panel is Panel => panel.type !== 'row');

export const queriesOf = ({ targets = [] }: Panel) => targets as unknown as readonly PanelQuery[];
