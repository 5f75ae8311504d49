import type { ConfigOf, traceConfig } from './config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { collectSpans } from './spans.ts';
import { withinBudget } from './within-budget.ts';

export interface SpanExport {
  /** Sends what was not sent yet, if somebody takes it soon; never fails. */
  close(): Promise<void>;
}

/** What the last spans may take on the way down: less than the step, for one that is cut rings an alarm. */
const lastSpansBudgetMs = 1500;
/** Beyond these, spans are dropped: a collector that is away costs no more memory than that. */
const maxQueueSize = 2048;
const exportTimeoutMs = 5000;

/**
 * Collects spans and sends them by OTLP over HTTP, in the background. Without an endpoint nothing is loaded. Headers,
 * certificates and compression are read from `OTEL_EXPORTER_OTLP_*` by the library itself, and more attributes of the
 * resource from `OTEL_RESOURCE_ATTRIBUTES`: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export async function startSpanExport(
  deps: { log: Log; metrics: Metrics },
  config: ConfigOf<typeof traceConfig>,
  resource: { service: string; release: string; namespace: string },
): Promise<SpanExport | undefined> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return undefined;
  const [{ OTLPTraceExporter }, resources, sdk] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  });
  const provider = new sdk.TracerProvider({
    resource: resources.detectResources({ detectors: [resources.envDetector] }).merge(
      resources.resourceFromAttributes({
        'service.name': resource.service,
        'service.version': resource.release,
        'service.namespace': resource.namespace,
      }),
    ),
    sampler: samplerOf(sdk, config),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: counted(deps, exporter),
        maxQueueSize,
        exportTimeoutMillis: exportTimeoutMs,
      }),
    ],
  });
  collectSpans(provider.getTracer('@tocsin/kit'));
  return {
    async close() {
      collectSpans(undefined);
      await withinBudget('Sending the last spans', lastSpansBudgetMs, provider.shutdown()).catch(
        (err: unknown) => deps.log.info({ err }, 'the last spans were not collected'),
      );
    },
  };
}

type Sdk = typeof import('@opentelemetry/sdk-trace');
type Sampler = import('@opentelemetry/sdk-trace').Sampler;

/** https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration */
function samplerOf(sdk: Sdk, config: ConfigOf<typeof traceConfig>): Sampler {
  const name = config.OTEL_TRACES_SAMPLER;
  const root = name.endsWith('always_on')
    ? new sdk.AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new sdk.AlwaysOffSampler()
      : new sdk.TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG);
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root;
}

type Exporter = import('@opentelemetry/sdk-trace').SpanExporter;

/** Counts what is taken and what is lost, and says once when a collector goes away and when it is back. */
function counted({ log, metrics }: { log: Log; metrics: Metrics }, exporter: Exporter): Exporter {
  const spans = metrics.counter(
    'otlp_spans_total',
    'Spans that the collector has taken, and those that were lost.',
    ['outcome'],
  );
  for (const outcome of ['collected', 'lost']) spans.inc({ outcome }, 0);
  let failing = false;
  return {
    export(batch, done) {
      exporter.export(batch, (result) => {
        const failed = result.code !== 0;
        spans.inc({ outcome: failed ? 'lost' : 'collected' }, batch.length);
        if (failed && !failing) log.warn({ err: result.error }, 'spans are not collected');
        if (!failed && failing) log.info('spans are collected again');
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
