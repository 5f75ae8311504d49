import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  readonly server: Server;
  readonly port: number;
  listening(): boolean;
  /** Accepts nothing more and resolves when the last request has its answer. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 * @throws the error of `listen`, such as EADDRINUSE.
 */
export async function listen(
  handler: RequestListener,
  address: { host: string; port: number },
  decorate: (server: Server) => void = () => {},
): Promise<HttpServer> {
  const server = createServer(
    { keepAliveTimeout: 65_000, headersTimeout: 30_000, requestTimeout: 60_000 },
    handler,
  );
  decorate(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    listening: () => server.listening,
    close: () =>
      new Promise((resolve) => {
        // Node closes only the connections that are idle now, and keeps those that become so, a minute long.
        const sweep = setInterval(() => server.closeIdleConnections(), 50);
        server.close(() => {
          clearInterval(sweep);
          resolve();
        });
      }),
  };
}
