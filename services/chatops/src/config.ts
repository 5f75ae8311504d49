import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const chatopsConfig = {
  SQLITE_PATH: z.string().min(1).describe("File of the room's state; its folder is made when missing"),
  ALERTMANAGER_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where open incidents are compared with what Alertmanager knows; none, no comparison'),
  PROMETHEUS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the charts of incidents are read; none, no charts'),
  SLACK_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Slack-compatible hook that gets the same messages; none, no forwarding'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where people reach the room, for links in other chats; none, http://localhost:<HTTP_PORT>'),
  GRAFANA_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where /dashboards/:uid leads; none, to the room itself'),
  RUNBOOKS_DIR: z
    .string()
    .default(fileURLToPath(new URL('../../../alerts/runbooks/', import.meta.url)))
    .describe('Folder with a Markdown file for each alert'),
  RUNBOOK_TARGET: z
    .string()
    .regex(/^TARGET=\S+( [A-Z]+=\S+)*$/)
    .optional()
    .describe('Added to the make commands of runbooks, as TARGET=kind; none, they are for the laptop'),
  WATCHDOG_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(60_000)
    .describe('How often the heartbeat is due; the room rings after three that did not come'),
  RETENTION_DAYS: z.coerce.number().int().min(1).default(30).describe('How long resolved incidents are kept'),
};
