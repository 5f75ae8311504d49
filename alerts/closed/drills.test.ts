// A drill raises its own alert, and says so in the words of the rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillFor } from '@tocsin/ops';
import { alerts, namesIn } from '../catalogue/rules.ts';

const drills = namesIn('drills', '.ts').map((name) => ({ name, file: `${name}.ts`, of: name }));
const variants = namesIn('drills/variants', '.ts').map((name) => ({
  name,
  file: `variants/${name}.ts`,
  of: name.replace(/-.*/, ''),
}));

for (const { name, file, of } of [...drills, ...variants]) {
  test(`the drill ${name} is its own, and its fault outlasts the wait for the message`, async () => {
    const { alert, concern, labels = {} } = alerts.find((each) => each.alert === of) ?? assert.fail(of);
    const { drill: drillFor } = (await import(`../drills/${file}`)) as { drill: DrillFor };
    const drill = drillFor();
    assert.equal(drill.alert, name);
    assert.equal(drill.variantOf ?? name, alert);
    assert.equal(drill.group, concern);
    // The room raises WatchdogMissing; every other drill raises the alert that it is named after.
    assert.equal(drill.raises.alertname, alert === 'Watchdog' ? 'WatchdogMissing' : alert);
    if (drill.raises.severity !== undefined) assert.equal(drill.raises.severity, labels.severity);
    assert.ok(drill.says.length > 0);
    const faults = [drill.breaks]
      .flat()
      .flatMap((breakage) => (breakage.kind === 'faults' ? breakage.faults : []));
    for (const fault of faults) {
      if ('ttlSeconds' in fault) assert.ok((fault.ttlSeconds ?? 300) > 2 * (drill.within.message ?? 0));
    }
  });
}
