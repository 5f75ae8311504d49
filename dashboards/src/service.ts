import { dashboard, serviceChoice } from './dashboard.ts';
import { lookFrom, rings, ringsBelow, ringsFrom } from './limits.ts';
import { bigNumber, graph } from './panels.ts';

const healthy = [
  bigNumber({
    title: 'Instances that answer',
    description: 'At least 1, and as many as were asked for. With none, see the runbook of ServiceDown.',
    width: 4,
    unit: 'short',
    limits: ringsBelow(1, 'ServiceDown'),
    expr: 'sum(up{job="services", namespace="$namespace", service="$service"}) or vector(0)',
  }),
  bigNumber({
    title: 'Requests that fail',
    description:
      'Share of the last minute’s requests answered with 5xx. 0 is good. Otherwise see which route, below.',
    width: 4,
    unit: 'percentunit',
    limits: rings('HighErrorRate'),
    expr: `service:http_server_failures_per_request:ratio_increase1m{namespace="$namespace", service="$service"}
or vector(0)`,
  }),
  bigNumber({
    title: 'Slowest requests, p99',
    description:
      'One request in a hundred of the last minute took longer. The alert rings from a hundred requests a minute. See which route, below; empty without requests.',
    width: 4,
    unit: 's',
    limits: rings('HighLatencyP99'),
    expr: 'service:http_server_request_duration_seconds:p99_1m{namespace="$namespace", service="$service"}',
  }),
  bigNumber({
    title: 'Requests a second',
    description: 'Neither good nor bad; a sudden change asks for a reason.',
    width: 4,
    unit: 'reqps',
    decimals: 1,
    expr: 'sum(rate(http_server_request_duration_seconds_count{namespace="$namespace", service="$service"}[$__rate_interval]))',
  }),
  bigNumber({
    title: 'Event loop in use',
    description:
      'Of the busiest instance. Below half is good; near 100 % everything waits. Take a profile (/debug/pprof on the admin port), or add instances.',
    width: 4,
    unit: 'percentunit',
    limits: lookFrom(0.8),
    expr: 'max(nodejs_eventloop_utilization_ratio{namespace="$namespace", service="$service"})',
  }),
  bigNumber({
    title: 'Restarts in ten minutes',
    description:
      'Of the instance that restarted most. 0 is good, apart from a release. Otherwise read the last lines of its log, and its crash reports.',
    width: 4,
    unit: 'short',
    limits: ringsFrom(3, 'CrashLoop'),
    expr: 'service:process_restarts:changes10m{namespace="$namespace", service="$service"}',
  }),
];

const process = [
  bigNumber({
    title: 'Instances that are not ready',
    description:
      '0 is good, apart from the seconds of a start. The alert rings after three minutes; /readyz on the admin port says what is missing.',
    width: 5,
    unit: 'short',
    limits: ringsFrom(1, 'NeverReady'),
    expr: `count(kit_health_check_status{namespace="$namespace", service="$service", probe="readyz"} == 0)
or vector(0)`,
  }),
  bigNumber({
    title: 'Event loop blocked for',
    description:
      'The longest within a minute, of all instances. Near a tenth of a second is good. Otherwise something computes: take a profile (/debug/pprof on the admin port).',
    width: 5,
    unit: 's',
    limits: rings('EventLoopBlocked'),
    expr: 'max(instance:nodejs_eventloop_lag_p99_seconds:max1m{namespace="$namespace", service="$service"})',
  }),
  bigNumber({
    title: 'Memory of what is allowed',
    description:
      'Of the instance that has most. Below two thirds is good. At 100 % it is killed; see below whether it rises.',
    width: 5,
    unit: 'percentunit',
    limits: rings('MemoryNearLimit'),
    expr: 'max(instance:process_resident_memory_per_limit:ratio{namespace="$namespace", service="$service"})',
  }),
  bigNumber({
    title: 'Unexpected errors in ten minutes',
    description:
      'Caught and reported, or the process died of them. 0 is good. The crash collector and the log have the stack.',
    width: 5,
    unit: 'short',
    decimals: 0,
    limits: ringsFrom(1, 'CrashReported'),
    expr: 'service:crash_reports:increase10m{namespace="$namespace", service="$service"}',
  }),
  bigNumber({
    title: 'Shutdowns cut off',
    description:
      'Within ten minutes, steps that did not end within their budgets. 0 is good. What is left undone is delivered again.',
    width: 4,
    unit: 'short',
    limits: ringsFrom(1, 'ShutdownOverran'),
    expr: 'service:shutdown_overruns:count10m{namespace="$namespace", service="$service"}',
  }),
];

const requests = [
  graph({
    title: 'Requests by route',
    description: 'Who is asked for what. A route that falls to nothing is as telling as one that rises.',
    width: 8,
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (http_request_method, http_route) (
  rate(http_server_request_duration_seconds_count{namespace="$namespace", service="$service"}[$__rate_interval])
)`,
        legend: '{{http_request_method}} {{http_route}}',
      },
    ],
  }),
  graph({
    title: 'Failures by route',
    description:
      'Answers of 5xx. 0 is good. 503 means that something it needs is away; 500 is a fault of its own, and its log has it.',
    width: 8,
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (http_route, http_response_status_code) (
  rate(http_server_request_duration_seconds_count{namespace="$namespace", service="$service", http_response_status_code=~"5.."}[$__rate_interval])
)`,
        legend: '{{http_response_status_code}} {{http_route}}',
      },
    ],
  }),
  graph({
    title: 'Slowest requests by route, p99',
    description:
      'One request in a hundred took longer. The alert rings above the line for the service as a whole. One slow route is a query or a call of its own; all slow is the event loop, below.',
    width: 8,
    unit: 's',
    limits: rings('HighLatencyP99'),
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, http_request_method, http_route) (
  rate(http_server_request_duration_seconds_bucket{namespace="$namespace", service="$service"}[$__rate_interval])
)) > 0`,
        legend: '{{http_request_method}} {{http_route}}',
      },
    ],
  }),
];

const outside = [
  graph({
    title: 'Share that fails, by route',
    description:
      'Of the last five minutes, answers of 5xx. 0 is good. One route above the line, while the service as a whole is below its own, is what the alert is about.',
    width: 12,
    unit: 'percentunit',
    limits: rings('RouteFailing'),
    queries: [
      {
        expr: 'route:http_server_failures_per_request:ratio_increase5m{namespace="$namespace", service="$service"}',
        legend: '{{http_request_method}} {{http_route}}',
      },
    ],
  }),
  graph({
    title: 'Reached from outside',
    description:
      'Whether a caller gets a good answer, as blackbox_exporter tries it. 1 is good. 0 while the service says that it is up is what the alert is about.',
    width: 12,
    unit: 'short',
    limits: ringsBelow(1, 'ProbeFailing'),
    queries: [
      {
        expr: 'probe_success{job="probe", namespace="$namespace", service="$service"}',
        legend: '{{instance}}',
      },
    ],
  }),
];

const callsToOthers = [
  graph({
    title: 'Calls to others',
    description:
      'Calls by whom it asks and what is answered. 2xx is good. Otherwise look at that party first. Empty for a service that calls nobody.',
    width: 12,
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (server_address, http_response_status_code) (
  rate(http_client_request_duration_seconds_count{namespace="$namespace", service="$service", http_response_status_code!=""}[$__rate_interval])
)`,
        legend: '{{server_address}} {{http_response_status_code}}',
      },
      {
        expr: `sum by (server_address) (
  rate(http_client_request_duration_seconds_count{namespace="$namespace", service="$service", http_response_status_code=""}[$__rate_interval])
)
or 0 * sum by (server_address) (
  rate(http_client_request_duration_seconds_count{namespace="$namespace", service="$service"}[$__rate_interval])
)`,
        legend: '{{server_address}} gives no answer',
      },
    ],
  }),
  graph({
    title: 'Slowest calls to others, p99',
    description:
      'One call in a hundred took longer. Own requests that wait for it are slow as well; look at that party first.',
    width: 12,
    unit: 's',
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, server_address) (
  rate(http_client_request_duration_seconds_bucket{namespace="$namespace", service="$service"}[$__rate_interval])
)) > 0`,
        legend: '{{server_address}}',
      },
    ],
  }),
];

const runtime = [
  graph({
    title: 'Event loop in use, by instance',
    description: 'Share of the time in which the one thread was busy. Below half is good.',
    width: 6,
    unit: 'percentunit',
    limits: lookFrom(0.8),
    queries: [
      {
        expr: 'nodejs_eventloop_utilization_ratio{namespace="$namespace", service="$service"}',
        legend: '{{instance}}',
      },
    ],
  }),
  graph({
    title: 'Event loop delay, p99',
    description:
      'How late timers are: 10 ms is what the measurement itself takes. Peaks are long computations or collections of garbage.',
    width: 6,
    unit: 's',
    queries: [
      {
        expr: 'nodejs_eventloop_lag_p99_seconds{namespace="$namespace", service="$service"}',
        legend: '{{instance}}',
      },
    ],
  }),
  graph({
    title: 'Memory',
    description:
      'Resident is what the machine gives, heap what JavaScript uses. Saw teeth are good; a heap whose low points rise for hours is a leak: take a heap profile (/debug/pprof/heap on the admin port).',
    width: 6,
    unit: 'bytes',
    queries: [
      {
        expr: 'process_resident_memory_bytes{namespace="$namespace", service="$service"}',
        legend: 'resident {{instance}}',
      },
      {
        expr: 'nodejs_heap_size_used_bytes{namespace="$namespace", service="$service"}',
        legend: 'heap {{instance}}',
      },
    ],
  }),
  graph({
    title: 'Processor and garbage collection',
    description:
      'Share of one processor. Collection above a tenth of it means too small a heap, or too much garbage.',
    width: 6,
    unit: 'percentunit',
    queries: [
      {
        expr: 'rate(process_cpu_seconds_total{namespace="$namespace", service="$service"}[$__rate_interval])',
        legend: 'all {{instance}}',
      },
      {
        expr: `sum by (instance) (
  rate(nodejs_gc_duration_seconds_sum{namespace="$namespace", service="$service"}[$__rate_interval])
)`,
        legend: 'collection {{instance}}',
      },
    ],
  }),
];

export const service = dashboard({
  uid: 'tocsin-service',
  title: 'Service',
  description: 'Is this service healthy, which route is not, and why?',
  source: 'service.ts',
  choices: [serviceChoice],
  rows: [
    { title: 'Is it healthy?', panels: healthy },
    { title: 'Is its process?', panels: process },
    { title: 'Where: its requests', panels: requests },
    { title: 'Where: by route, and from outside', panels: outside },
    { title: 'Why: whom it calls', panels: callsToOthers },
    { title: 'Why: its process', panels: runtime },
  ],
});
