import { setTimeout as sleep } from 'node:timers/promises';
import { hides } from '../alerts/inhibition.ts';
import { breakagesOf, type Drill, receiversOf } from './drill.ts';
import type { Incident, Watch } from './observe.ts';

/** An alert of which people heard: in the room, at the pager, or both. */
export interface Heard {
  readonly alert: string;
  readonly service: string;
  readonly by: 'the room' | 'the pager';
  readonly at: Date;
}

export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** What people have heard of since. @throws when the room or the pager does not answer within half a minute. */
export async function heardSince(watch: Watch, since: Date): Promise<Heard[]> {
  const [incidents, pages] = await Promise.all([
    inTheEnd(() => watch.inTheRoom()),
    inTheEnd(() => watch.atThePager()),
  ]);
  return [
    ...incidents.filter(isSince(since)).map((incident) => heard(incident, 'the room')),
    ...pages
      .filter(isSince(since))
      .filter(({ status }) => status === 'firing')
      .map((page) => heard(page, 'the pager')),
  ];
}

/**
 * What is wrong with what was heard during a drill; for people.
 * @param hiding when the alert hides its symptoms for sure. One that was heard before it, or after it is over, is heard
 * rightly.
 */
export function wronglyHeard(drill: Drill, heard: readonly Heard[], hiding?: Period): string[] {
  const silent = heard.filter(({ alert }) => drill.silent?.includes(alert));
  const meanwhile = hiding ? heard.filter(({ at }) => at > hiding.from && at < hiding.until) : [];
  const hidden = meanwhile.filter(
    (each) => !silent.includes(each) && hides(drill.raises, { alertname: each.alert, service: each.service }),
  );
  // A pager that the drill keeps down hears after its repair what rings still.
  const wrongPages =
    receiversOf(drill).includes('pager') || keepsDown(drill, 'pager')
      ? []
      : heard.filter(({ alert, by }) => by === 'the pager' && alert === drill.raises.alertname);
  return [
    ...silent.map((each) => `${inWords(each)}, which should have been silent`),
    ...hidden.map((each) => `${inWords(each)}, which ${drill.raises.alertname} should have hidden`),
    ...wrongPages.map((each) => `${inWords(each)}, which is none of its concern`),
  ];
}

/** Whether a part is held all through the drill. */
export const keepsDown = (drill: Drill, part: string) =>
  breakagesOf(drill).some((breakage) => breakage.kind === 'hold' && breakage.part === part);

export function inWords({ alert, service, by }: Heard): string {
  return `${by} heard of ${alert}${service && ` of ${service}`}`;
}

const isSince = (since: Date) => (each: { receivedAt: Date }) => each.receivedAt >= since;
const heard = (
  { alert, service, receivedAt }: Pick<Incident, 'alert' | 'service' | 'receivedAt'>,
  by: Heard['by'],
): Heard => ({
  alert,
  service: service ?? '',
  by,
  at: receivedAt,
});

/** Who was just repaired may need a moment. */
async function inTheEnd<T>(ask: () => Promise<T>, patienceMs = 30_000): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}
