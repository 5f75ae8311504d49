import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listen } from '../http/server.ts';

/** A span as a collector sees it. */
export interface CollectedSpan {
  readonly service: string;
  /** internal, server, client, producer or consumer. */
  readonly kind: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it is the first of its trace. */
  readonly parentSpanId: string;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of what has sent it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

interface TraceRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        kind: number;
        status: { code: number };
        attributes: Attribute[];
      }[];
    }[];
  }[];
}

const kinds = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
const values = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** The receiving end of OTLP over HTTP with JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export async function startOtlpReceiver(clean: AsyncDisposableStack): Promise<OtlpReceiver> {
  const spans: CollectedSpan[] = [];
  const receive = async (request: IncomingMessage) => {
    const packed = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    const { resourceSpans } = JSON.parse(body.toString()) as TraceRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const from = values(resource.attributes);
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        const { traceId, spanId, parentSpanId = '', name, kind, status, attributes } = span;
        spans.push({
          ...{ traceId, spanId, parentSpanId, name },
          service: String(from['service.name']),
          kind: kinds[kind] ?? '',
          failed: status.code === 2,
          attributes: values(attributes),
          resource: from,
        });
      }
    }
  };
  const { port, close } = await listen(
    (request, response) => {
      if (request.url !== '/v1/traces') return void response.writeHead(404).end();
      void receive(request).then(() => {
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      });
    },
    { host: '127.0.0.1', port: 0 },
  );
  clean.defer(close);
  return { url: `http://127.0.0.1:${port}`, spans };
}
