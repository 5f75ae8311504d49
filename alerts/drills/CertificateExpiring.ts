import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import type { DrillFor, Hands } from '@tocsin/ops';

const run = promisify(execFile);
const service = 'entrance';

/** Where Prometheus looks for more to probe, that of the drill profile, too. */
const probeFile = ({ root }: Hands) => path.join(root, '.tocsin/probe/drill.json');

/** A TLS listener with a certificate for two days joins those that are probed. */
export const drill: DrillFor = () => ({
  alert: 'CertificateExpiring',
  group: 'backing',
  breaks: {
    kind: 'acts',
    does: 'a TLS listener started whose certificate is valid for two days',
    async break(hands) {
      const [key, cert] = [`${hands.state}/key.pem`, `${hands.state}/cert.pem`];
      await run('openssl', [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert],
      ]);
      const listener = createServer({ key: await readFile(key), cert: await readFile(cert) }, (socket) => {
        socket.on('error', () => {}).end();
      });
      listener.listen(0, '127.0.0.1');
      await once(listener, 'listening');
      // It listens as long as this process lives: for some seconds after the repair Prometheus asks it still.
      listener.unref();
      const { port } = listener.address() as AddressInfo;
      const targets = [`127.0.0.1:${port}`];
      const found = [{ targets, labels: { namespace: 'tocsin', service, module: 'tls' } }];
      await writeFile(probeFile(hands), JSON.stringify(found));
    },
    repair: (hands) => rm(probeFile(hands), { force: true }),
  },
  raises: { alertname: 'CertificateExpiring', severity: 'warning', namespace: 'tocsin', service },
  says: ['CertificateExpiring', service, 'the limit is 14'],
  silent: ['ProbeFailing'],
  // A file that is new, a probe, an evaluation; `for` five minutes; the group wait of warnings.
  within: {
    pending: 20,
    firing: 322,
    alertmanager: 323,
    webhook: 355,
    message: 355,
    cleared: 20,
    resolved: 85,
  },
  unscaledSeconds: 5,
});
