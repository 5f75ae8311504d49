/** What of make acts on one platform, and on the laptop's unless TARGET says otherwise. */
export const ofOnePlatform = ['drill', 'heal', 'hold', 'logs', 'quiet', 'release', 'replay', 'sql', 'status'];

const commands = new RegExp(`^make (?:${ofOnePlatform.join('|')})\\b`, 'gm');

/**
 * Commands of a runbook as they are typed for one platform. `make drill` runs what this makes of them, so that what
 * people read is what was tried.
 * @param target such as `TARGET=kind`; none, the laptop, for which they are written.
 */
export function commandsFor(target: string | undefined, text: string): string {
  return target ? text.replaceAll(commands, (command) => `${command} ${target}`) : text;
}
