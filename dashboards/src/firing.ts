import { timeline } from './panels.ts';

/** Which alerts were pending and firing, and when. */
export const firing = (width: number) =>
  timeline({
    title: 'What fires',
    description:
      'Empty is good. Yellow: the condition holds, but not yet for as long as the alert demands. Red: it fires, and ' +
      'the ops room has a message. Open its runbook there.',
    width,
    query: {
      expr: `2 * max by (alertname, service) (ALERTS{alertstate="firing", severity!="none", namespace=~"$namespace|"})
or max by (alertname, service) (ALERTS{alertstate="pending", severity!="none", namespace=~"$namespace|"})`,
      legend: '{{alertname}} {{service}}',
    },
    states: [
      { text: 'quiet', color: 'green' },
      { text: 'pending', color: 'yellow' },
      { text: 'firing', color: 'red' },
    ],
    noValue: 'Nothing fires',
  });
