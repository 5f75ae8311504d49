/** Ctrl-C while drills run: ends them, repaired. */
export interface Ending extends Disposable {
  readonly signal: AbortSignal;
}

/** SIGINT and SIGTERM end what is under way. A second one is answered with why it is not over yet. */
export function endOnSignals(say: (text: string) => void): Ending {
  const ending = new AbortController();
  const onSignal = () => {
    if (ending.signal.aborted) {
      const hurry = `kill -9 ${process.pid}`;
      say(
        `The repair is under way: to leave now would leave things broken. If it hangs, ${hurry} and \`make heal\`.`,
      );
      return;
    }
    say('Ending; repairing first.');
    ending.abort(new Error('ended by a signal'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: ending.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
