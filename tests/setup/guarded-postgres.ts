import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest. */
const sslRequest = Buffer.from('0000000804d2162f', 'hex');

/**
 * The database server of the test run behind a door that speaks TLS alone, as hosted ones have it.
 * @returns the port of the door, on the loopback address.
 */
export async function startGuardedPostgres(
  clean: AsyncDisposableStack,
  options: { url: string; keystore: string; storePassword: string },
): Promise<number> {
  const { hostname, port } = new URL(options.url);
  const secureContext = createSecureContext({
    pfx: await readFile(options.keystore),
    passphrase: options.storePassword,
  });
  const open = new Set<Socket>();
  const door = createServer(async (caller) => {
    open.add(caller.on('error', () => {}));
    const [asked] = (await once(caller, 'data')) as [Buffer];
    if (!asked.equals(sslRequest)) {
      caller.destroy();
      return;
    }
    caller.write('S');
    const inside = connect(Number(port), hostname).on('error', () => caller.destroy());
    const secure = new TLSSocket(caller, { isServer: true, secureContext });
    secure
      .on('error', () => inside.destroy())
      .pipe(inside)
      .pipe(secure);
  });
  clean.defer(() => {
    for (const socket of open) socket.destroy();
    door.close();
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  return (door.address() as AddressInfo).port;
}
