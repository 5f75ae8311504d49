/** A fault of the kit's `PUT /faults`. It ends by itself after `ttlSeconds`, whatever becomes of the drill. */
export type ServiceFault =
  | {
      readonly kind: 'http-error';
      readonly route?: string;
      readonly ratio?: number;
      readonly ttlSeconds: number;
    }
  | {
      readonly kind: 'http-latency';
      readonly route?: string;
      readonly ratio?: number;
      readonly milliseconds: number;
      readonly ttlSeconds: number;
    };

/** What is broken; each kind has one repair that undoes it. */
export type Breakage =
  | { readonly kind: 'faults'; readonly service: string; readonly faults: readonly ServiceFault[] }
  | { readonly kind: 'hold'; readonly part: string };

/** The way of an alarm, in order. Seconds count from the fault, for the last two from the repair. */
export const stageNames = {
  firstBadResponse: 'first bad response',
  pending: 'alert pending',
  firing: 'alert firing',
  alertmanager: 'in Alertmanager',
  webhook: 'webhook received',
  message: 'message in the room',
  cleared: 'alert gone',
  resolved: 'all-clear in the room',
} as const;

export type Stage = keyof typeof stageNames;

/** One alarm proved: what is broken, what must ring, what people must read, and how long each may take. */
export interface Drill {
  /** The alert whose drill this is; also the name of its file and of its runbook. */
  readonly alert: string;
  readonly breaks: Breakage;
  /** Requests that the drill sends all the while, so that there is something to fail. */
  readonly requests?: { readonly service: string; readonly perSecond: number };
  /** Labels of what must ring, `alertname` and `service` among them. */
  readonly raises: Readonly<Record<string, string>> & {
    readonly alertname: string;
    readonly service?: string;
  };
  /** Words that must stand in the message. */
  readonly says: readonly string[];
  /** Seconds for each stage. A stage without a bound is not on the way of this alarm. */
  readonly within: Readonly<Partial<Record<Stage, number>>>;
}

/** What a file of `alerts/drills/` exports as `drill`: the drill, for the service that is to suffer. */
export type DrillFor = (service?: string) => Drill;
