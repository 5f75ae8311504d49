import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import getPort from 'get-port';
import { takenPorts } from './taken-ports.ts';

test('a port that somebody listens on is named, with the process that does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const free = await getPort({ host: '127.0.0.1' });
    const [taken, ...others] = await takenPorts([free, port]);
    assert.equal(taken?.port, port);
    assert.deepEqual(others, []);
    // Only Linux tells whose port it is.
    if (process.platform === 'linux')
      assert.match(taken.owner ?? '', new RegExp(`^pid ${process.pid} \\(.*node`));
  } finally {
    server.close();
  }
});
