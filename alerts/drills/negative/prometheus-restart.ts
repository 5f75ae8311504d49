import type { NegativeDrill } from '@tocsin/ops';

/** It looks away for a few seconds, and must not take that for the end of what it looks at. */
export const drill: NegativeDrill = {
  name: 'prometheus-restart',
  does: 'Prometheus is restarted',
  act: ({ restart }) => restart('prometheus'),
  watchSeconds: 100,
};
