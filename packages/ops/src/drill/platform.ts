/** The running platform as a drill needs it: where things are, and how a part is kept down. */
export interface Platform {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  readonly chatopsUrl: string;
  /** @throws when there is no such service. */
  service(name: string): { readonly httpUrl: string; readonly adminUrl: string };
  /** Stops a part and keeps it down until it is released. */
  hold(part: string): Promise<void>;
  /** Lets a part go, and does not wait until it is up. A part that is not held is left as it is. */
  release(part: string): Promise<void>;
}
