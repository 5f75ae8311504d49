import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert, Group } from '../incidents/incident.ts';

/** RFC 3339 with any offset and up to nanoseconds, as Go writes it; normalised to UTC and milliseconds. */
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
/** Halves of a character are replaced, as JSON allows them and a page's links do not: no alarm is refused for them. */
const text = z.string().transform((value) => value.toWellFormed());
const strings = z.record(text, text);

const alert = z
  .object({
    status: z.enum(['firing', 'resolved']),
    labels: strings,
    annotations: strings.default({}),
    startsAt: time,
    /** While an alert fires, the year 1. */
    endsAt: time,
    fingerprint: z.string().min(1),
    generatorURL: z.string().default(''),
  })
  .transform(({ endsAt, generatorURL, ...rest }): Alert => {
    const expression = expressionIn(generatorURL);
    return { ...rest, ...(rest.status === 'resolved' && { endsAt }), ...(expression && { expression }) };
  });

/** Prometheus' link to its own page leads with the rule's expression. */
function expressionIn(generatorUrl: string): string | undefined {
  return URL.parse(generatorUrl)?.searchParams.get('g0.expr')?.toWellFormed();
}

/** Alertmanager's webhook, version 4: what the room reads of it. Later releases add fields, which pass. */
export const alertmanagerWebhook = z.object({
  version: z.literal('4'),
  groupKey: z.string().min(1),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(alert).min(1),
});
export type AlertmanagerWebhook = z.output<typeof alertmanagerWebhook>;

/** The part of a delivery that tells of one group. */
export interface Delivery {
  readonly group: Group;
  readonly alerts: readonly Alert[];
  /** Equal for a retry or a duplicate of the same news, whatever became of the observed value meanwhile. */
  readonly key: string;
}

/** Sorts a webhook by the room's groups: with our alertmanager.yaml it holds one, with another's it may hold many. */
export function deliveriesOf({ groupKey, status, alerts }: AlertmanagerWebhook): Delivery[] {
  const byGroup = Map.groupBy(alerts, ({ labels }) => JSON.stringify(groupOf(labels)));
  return [...byGroup].map(([group, members]) => {
    const states = members.map((member) => [member.fingerprint, member.status, member.startsAt].join(' '));
    const identity = JSON.stringify([groupKey, status, group, states.toSorted()]);
    return {
      group: JSON.parse(group) as Group,
      alerts: members,
      key: createHash('sha256').update(identity).digest('hex'),
    };
  });
}

function groupOf({ namespace = '', service = '', alertname = 'unnamed' }: Alert['labels']): Group {
  return { namespace, service, alert: alertname };
}
