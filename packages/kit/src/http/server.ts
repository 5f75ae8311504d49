import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface HttpServer {
  readonly server: Server;
  readonly port: number;
  listening(): boolean;
  /** Accepts nothing more and resolves when the last request has its answer. */
  close(): Promise<void>;
}

/** How long a closing server waits for the first byte of a connection: as long as a request may be on its way. */
const firstByteMs = 1000;

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
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
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
        // To Node one that has sent nothing yet, such as a browser's spare, is not idle until its headers are overdue.
        const hangUp = setTimeout(() => {
          for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
        }, firstByteMs);
        server.close(() => {
          clearInterval(sweep);
          clearTimeout(hangUp);
          resolve();
        });
      }),
  };
}
