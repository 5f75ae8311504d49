import { execa } from 'execa';

/**
 * What `java -version` says.
 * @throws Error that says what to install when there is no Java or it is too old for Kafka 4.
 */
export async function javaVersion(): Promise<string> {
  const asked = await execa('java', ['-version'], { reject: false, all: true });
  const version = asked.failed ? undefined : /version "(\d+)/.exec(asked.all)?.[1];
  if (version === undefined || Number(version) < 17) {
    throw new Error('Kafka needs Java 17 or later on the PATH. `make doctor` says how to install it.');
  }
  return asked.all;
}
