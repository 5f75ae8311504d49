import { z } from 'zod';

const time = z.iso.datetime({ offset: true });
const strings = z.record(z.string(), z.string());

/** One alert of a page: a line of the pager's file. */
export const page = z.object({
  /** When the pager heard of it. */
  receivedAt: z.iso.datetime(),
  status: z.enum(['firing', 'resolved']),
  alert: z.string(),
  namespace: z.string(),
  service: z.string(),
  severity: z.string(),
  summary: z.string(),
  description: z.string(),
  runbookUrl: z.string(),
  startsAt: time,
  /** Of a resolved one. */
  endsAt: time.optional(),
  fingerprint: z.string(),
  receiver: z.string(),
});
export type Page = z.output<typeof page>;

/** Alertmanager's webhook, version 4: what the pager reads of it. */
export const pagerWebhook = z.object({
  version: z.literal('4'),
  receiver: z.string(),
  alerts: z
    .array(
      z.object({
        status: page.shape.status,
        labels: strings,
        annotations: strings.default({}),
        startsAt: time,
        endsAt: time,
        fingerprint: z.string(),
      }),
    )
    .min(1),
});

export function pagesOf({ receiver, alerts }: z.output<typeof pagerWebhook>, receivedAt: Date): Page[] {
  return alerts.map(({ status, labels, annotations, startsAt, endsAt, fingerprint }) => ({
    receivedAt: receivedAt.toISOString(),
    status,
    alert: labels.alertname ?? '',
    namespace: labels.namespace ?? '',
    service: labels.service ?? '',
    severity: labels.severity ?? '',
    summary: annotations.summary ?? '',
    description: annotations.description ?? '',
    runbookUrl: annotations.runbook_url ?? '',
    startsAt,
    // Of a firing one it is the year 1.
    ...(status === 'resolved' && { endsAt }),
    fingerprint,
    receiver,
  }));
}
