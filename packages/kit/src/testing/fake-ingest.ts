import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listen } from '../http/server.ts';

/** What a crash reporter has sent of one error. */
export interface ReceivedCrash {
  readonly level?: string;
  readonly release: string;
  readonly environment: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly exception: { values: readonly { type: string; value: string }[] };
}

export interface FakeIngest {
  readonly dsn: string;
  readonly crashes: readonly ReceivedCrash[];
  /** Everything that has arrived: URLs, headers, unpacked bodies. */
  raw(): string;
}

/** The receiving end of the Sentry protocol: https://develop.sentry.dev/sdk/foundations/transport/envelopes/ */
export async function startFakeIngest(clean: AsyncDisposableStack): Promise<FakeIngest> {
  const crashes: ReceivedCrash[] = [];
  let raw = '';
  const receive = async (request: IncomingMessage) => {
    const packed = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    raw += `${request.url} ${JSON.stringify(request.headers)}\n${body}\n`;
    const lines = body.toString().split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.startsWith('{"type":"event"'))
        crashes.push(JSON.parse(lines[index + 1] ?? '') as ReceivedCrash);
    }
  };
  const { port, close } = await listen(
    (request, response) => void receive(request).then(() => response.end('{}')),
    { host: '127.0.0.1', port: 0 },
  );
  clean.defer(close);
  return { dsn: `http://key@127.0.0.1:${port}/1`, crashes, raw: () => raw };
}
