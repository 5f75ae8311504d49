import { dashboard, serviceChoice } from './dashboard.ts';
import { lookFrom, rings } from './limits.ts';
import { bigNumber, graph } from './panels.ts';

const ofService = '{namespace="$namespace", service="$service"}';

const healthy = [
  bigNumber({
    title: 'Error budget: burn over an hour',
    description:
      'How many times faster than allowed requests fail. Below 1 is good; the alert rings at the limit when the last five minutes are above it, too.',
    width: 6,
    unit: 'short',
    decimals: 1,
    limits: rings('ErrorBudgetBurnFast'),
    expr: `service:slo_error_budget_burn:rate1h${ofService}`,
  }),
  bigNumber({
    title: 'Error budget: burn over a day',
    description:
      'Below 1 is good; the alert rings at the limit when the last two hours are above it, too. On a young installation a day is as long as it is old.',
    width: 6,
    unit: 'short',
    decimals: 1,
    limits: rings('ErrorBudgetBurnSlow'),
    expr: `service:slo_error_budget_burn:rate1d${ofService}`,
  }),
  bigNumber({
    title: 'Latency budget: burn over an hour',
    description:
      'How many times more requests than allowed take longer than half a second. Below 1 is good; the alert rings as that of errors does.',
    width: 6,
    unit: 'short',
    decimals: 1,
    limits: rings('LatencyBudgetBurnFast'),
    expr: `service:slo_latency_budget_burn:rate1h${ofService}`,
  }),
  bigNumber({
    title: 'Latency budget: burn over a day',
    description:
      'Below 1 is good; the alert rings as that of errors does. On a young installation a day is as long as it is old.',
    width: 6,
    unit: 'short',
    decimals: 1,
    limits: rings('LatencyBudgetBurnSlow'),
    expr: `service:slo_latency_budget_burn:rate1d${ofService}`,
  }),
];

const windows = ['5m', '1h', '6h', '3d'] as const;

const burning = (['error', 'latency'] as const).map((kind) =>
  graph({
    title: `Burn of the ${kind} budget, by window`,
    description:
      'The short window follows what happens now, the long ones what it has cost. A short one that falls while the long ones stay is an incident that is over.',
    width: 12,
    unit: 'short',
    limits: rings(kind === 'error' ? 'ErrorBudgetBurnFast' : 'LatencyBudgetBurnFast'),
    queries: windows.map((window) => ({
      expr: `service:slo_${kind}_budget_burn:rate${window}${ofService}`,
      legend: window,
    })),
  }),
);

const spending = [
  graph({
    title: 'Share of the budgets spent in three days',
    description:
      'Of what is allowed in thirty days, the last three have taken this much. A tenth is as planned; more, and the month ends early: fewer releases, more repairs.',
    width: 12,
    unit: 'percentunit',
    limits: lookFrom(0.1),
    queries: [
      { expr: `service:slo_error_budget_burn:rate3d${ofService} / 10`, legend: 'errors' },
      { expr: `service:slo_latency_budget_burn:rate3d${ofService} / 10`, legend: 'latency' },
    ],
  }),
  graph({
    title: 'Minute by minute',
    description:
      'What the burn rates are made of: requests, those answered with 5xx, those that took longer than half a second.',
    width: 12,
    unit: 'short',
    queries: [
      { expr: `service:slo_requests:increase1m${ofService}`, legend: 'requests' },
      { expr: `service:slo_failures:increase1m${ofService}`, legend: 'failed' },
      { expr: `service:slo_slow_requests:increase1m${ofService}`, legend: 'slow' },
    ],
  }),
];

export const slo = dashboard({
  uid: 'tocsin-slo',
  title: 'Objectives',
  description: 'Does this service keep its objectives, and how fast does it spend what it may fail?',
  source: 'slo.ts',
  choices: [serviceChoice],
  rows: [
    { title: 'Does it keep them?', panels: healthy },
    { title: 'Where: now, or long ago', panels: burning },
    { title: 'Why: what was spent', panels: spending },
  ],
});
