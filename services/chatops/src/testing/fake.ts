import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Fake {
  readonly url: string;
  /** Bodies that came in, in order. */
  readonly received: string[];
}

/** The far side of the internet on a free port: answers as `answer` does. */
export async function startFake(
  clean: AsyncDisposableStack,
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<Fake> {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    received.push(await text(request));
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  clean.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
