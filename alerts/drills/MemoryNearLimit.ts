import { askPrometheus, type DrillFor, type Hands } from '@tocsin/ops';

const service = 'notifications';
const mebibyte = 1024 * 1024;

/** The process takes memory until it has 94% of what it may have. Nobody kills it for that on a laptop. */
export const drill: DrillFor = () => ({
  alert: 'MemoryNearLimit',
  group: 'runtime',
  breaks: {
    kind: 'acts',
    does: `memory of ${service} used up to 94% of its limit`,
    async break({ platform }) {
      const [resident, limit] = await Promise.all(
        ['process_resident_memory_bytes', 'process_memory_limit_bytes'].map((metric) =>
          read(platform, metric),
        ),
      );
      const mebibytes = Math.round((0.94 * (limit ?? 0) - (resident ?? 0)) / mebibyte);
      await platform.setFaults(service, [{ kind: 'leak-memory', mebibytes, ttlSeconds: 900 }]);
    },
    repair: ({ platform }) => platform.clearFaults(service),
  },
  raises: { alertname: 'MemoryNearLimit', severity: 'warning', namespace: 'tocsin', service },
  says: ['MemoryNearLimit', `of ${service} has 9`, 'of the memory that it is allowed', 'the limit is 90%'],
  silent: ['ServiceDown', 'CrashLoop', 'NeverReady', 'ConsumerStalled', 'HighErrorRate'],
  // A scrape, an evaluation; `for`; a warning's group wait. After the repair it is held for two minutes.
  within: {
    pending: 15,
    firing: 80,
    alertmanager: 82,
    webhook: 115,
    message: 115,
    cleared: 140,
    resolved: 205,
  },
});

async function read({ prometheusUrl }: Hands['platform'], metric: string): Promise<number> {
  const query = `${metric}{job="services", service="${service}"}`;
  const value = await askPrometheus(prometheusUrl, query);
  if (value === undefined) throw new Error(`Prometheus has no ${query}`);
  return value;
}
