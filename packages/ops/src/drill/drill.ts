import type { FaultSetting } from '@tocsin/kit';
import type { Hands } from './hands.ts';

/** A fault of the kit's `PUT /faults`. Those that last end after `ttlSeconds`, whatever becomes of the drill. */
export type ServiceFault = Readonly<FaultSetting>;

/** What is broken; each kind has one repair that undoes it. */
export type Breakage =
  | { readonly kind: 'faults'; readonly service: string; readonly faults: readonly ServiceFault[] }
  /** Kept down until the repair. */
  | { readonly kind: 'hold'; readonly part: string }
  /** Stands still, sockets open, until the repair: SIGSTOP and SIGCONT. On the laptop only. */
  | { readonly kind: 'freeze'; readonly part: string }
  /** SIGKILL, once or every so many seconds until the repair. Its supervisor starts it again. */
  | { readonly kind: 'kill'; readonly part: string; readonly everySeconds?: number }
  /** Ended as a deployment does, and started again. */
  | { readonly kind: 'restart'; readonly part: string }
  | Acts;

/** Whatever the other kinds cannot say. On the laptop only. */
export interface Acts {
  readonly kind: 'acts';
  /** In the past tense, as it is shown: `a transaction left open in orders`. */
  readonly does: string;
  break(hands: Hands): Promise<void>;
  /** Undoes it, also twice, also what was broken only by half, also in another process than that which broke it. */
  repair(hands: Hands): Promise<void>;
}

/** The way of an alarm, in order. Seconds count from the fault, for the last three from the repair. */
export const stageNames = {
  firstBadResponse: 'first bad response',
  pending: 'alert pending',
  firing: 'alert firing',
  alertmanager: 'in Alertmanager',
  webhook: 'webhook received',
  message: 'message in the room',
  pager: 'at the pager',
  cleared: 'alert gone',
  resolved: 'all-clear in the room',
  pagerResolved: 'all-clear at the pager',
} as const;

export type Stage = keyof typeof stageNames;

/** One for each rule file. */
export type DrillGroup = 'http' | 'slo' | 'flow' | 'messaging' | 'runtime' | 'backing' | 'meta';

/** Who must hear of it. */
export type Receiver = 'chatops' | 'pager';

/** One alarm proved: what is broken, what must ring, what people must read, and how long each may take. */
export interface Drill {
  /** The alert whose drill this is; also the name of its file and of its runbook. Of a variant the name of its file. */
  readonly alert: string;
  /** Of a further drill of an alert, in `variants/`: the alert. */
  readonly variantOf?: string;
  /** The rule file that the alert stands in. */
  readonly group: DrillGroup;
  /** Broken one after the other, repaired the other way round. */
  readonly breaks: Breakage | readonly Breakage[];
  /** Requests that the drill sends all the while, so that there is something to fail. */
  readonly requests?: { readonly service: string; readonly perSecond: number };
  /** Labels of what must ring, `alertname` and `service` among them. */
  readonly raises: Readonly<Record<string, string>> & {
    readonly alertname: string;
    readonly service?: string;
  };
  /** Without it: a critical alert both, any other the room alone. */
  readonly receivers?: readonly Receiver[];
  /** Words that must stand in the message. */
  readonly says: readonly string[];
  /**
   * Alerts of which neither room nor pager may hear from the fault to the all-clear: neighbours, and hidden symptoms
   * that come after their cause. Of whatever `alertmanager.yaml` has it hide none may be heard while it rings.
   */
  readonly silent?: readonly string[];
  /** Seconds for each stage, with the rules as shipped. A stage without a bound is not on the way of this alarm. */
  readonly within: Readonly<Partial<Record<Stage, number>>>;
  /** Of these seconds, those that the drill profile does not shorten: retries before a partition is parked, … */
  readonly unscaledSeconds?: number;
  readonly needs?: {
    /** How many a laptop must have, no more and no fewer: `make up BROKERS=3`. */
    readonly brokers?: 1 | 3;
    /** What Prometheus remembers when the drill begins, as OpenMetrics text. Such a drill has the drill profile. */
    readonly history?: (now: Date) => string;
  };
}

/** What a file of `alerts/drills/` exports as `drill`: the drill, for the service that is to suffer. */
export type DrillFor = (service?: string) => Drill;

/** Who must hear of it. */
export function receiversOf({ receivers, raises }: Pick<Drill, 'receivers' | 'raises'>): readonly Receiver[] {
  return receivers ?? (raises.severity === 'critical' ? ['chatops', 'pager'] : ['chatops']);
}

/** What a drill breaks, as a list. */
export function breakagesOf({ breaks }: Pick<Drill, 'breaks'>): readonly Breakage[] {
  return 'kind' in breaks ? [breaks] : breaks;
}
