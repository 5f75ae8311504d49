import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DrillFor, Hands } from '@tocsin/ops';

const run = promisify(execFile);
const filler = ({ dataDir }: Hands) => path.join(dataDir, 'prometheus', 'filler');

/** A file takes nine tenths of the quota of Prometheus' volume: blocks are reserved, nothing is written. */
export const drill: DrillFor = () => ({
  alert: 'DiskFilling',
  group: 'backing',
  breaks: {
    kind: 'acts',
    does: "nine tenths of the quota of Prometheus' volume filled",
    async break(hands) {
      await run('fallocate', ['--length', '922MiB', filler(hands)]);
    },
    async repair(hands) {
      await rm(filler(hands), { force: true });
    },
  },
  raises: { alertname: 'DiskFilling', severity: 'warning', namespace: 'tocsin', service: 'prometheus' },
  says: ['DiskFilling', 'prometheus', 'the limit is 85%'],
  silent: ['TargetVanished', 'RulesFailing', 'ServiceDown'],
  // A look at the folders every 5 s, a scrape, an evaluation; `for` five minutes; the group wait of warnings.
  within: {
    pending: 25,
    firing: 327,
    alertmanager: 328,
    webhook: 360,
    message: 360,
    cleared: 25,
    resolved: 90,
  },
  unscaledSeconds: 10,
});
