/** A series that Prometheus is to remember: one value, again and again. */
export interface Remembered {
  readonly series: string;
  readonly value: number;
}

/** As often as the drill profile evaluates a group of a minute: what is remembered weighs as much as what follows. */
const everySeconds = 4;

/**
 * OpenMetrics text of series that had one value each until now.
 * @param minutes for how long; a day of the rules is 96 minutes of the drill profile.
 */
export function steadyHistory(now: Date, minutes: number, remembered: readonly Remembered[]): string {
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const moments = Array.from(
    { length: Math.floor((minutes * 60) / everySeconds) },
    (_, index) => nowSeconds - index * everySeconds,
  ).reverse();
  const families = remembered.map(({ series, value }) => {
    const name = series.replace(/\{.*/, '');
    return `# TYPE ${name} gauge\n${moments.map((at) => `${series} ${value} ${at}\n`).join('')}`;
  });
  return `${families.join('')}# EOF\n`;
}
