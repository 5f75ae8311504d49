import { type Threshold, ThresholdsConfigBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { limitOf } from './rules.ts';

/** Where a panel changes colour: red where an alert rings, orange where nothing rings but a person should look. */
export interface Limits {
  readonly steps: readonly Threshold[];
  /** The alert that rings there; the panel links to its runbook. */
  readonly alert?: string;
}

/** Red from the limit that the rule of `alert` states. */
export const rings = (alert: string): Limits => ringsFrom(limitOf(alert), alert);

/** Red from a limit that is not written in the rule. */
export const ringsFrom = (limit: number, alert: string): Limits => ({ steps: bad('red', limit), alert });

/** Red below the limit. */
export const ringsBelow = (limit: number, alert: string): Limits => ({ steps: good(limit), alert });

/** Orange from `limit`. */
export const lookFrom = (limit: number): Limits => ({ steps: bad('orange', limit) });

/** Red from `limit`, without an alert of its own. */
export const badFrom = (limit: number): Limits => ({ steps: bad('red', limit) });

/** Red below `limit`, without an alert of its own. */
export const badBelow = (limit: number): Limits => ({ steps: good(limit) });

/** A value that is neither good nor bad. */
export const noLimits: Limits = { steps: [{ value: null, color: 'blue' }] };

const bad = (color: string, limit: number): Threshold[] => [
  { value: null, color: 'green' },
  { value: limit, color },
];
const good = (limit: number): Threshold[] => [
  { value: null, color: 'red' },
  { value: limit, color: 'green' },
];

export const thresholds = ({ steps }: Limits) => new ThresholdsConfigBuilder().steps([...steps]);
