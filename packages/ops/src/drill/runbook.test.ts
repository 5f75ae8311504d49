import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { diagnosisOf, followRunbook } from './runbook.ts';

const runbook = (diagnosis: string) =>
  `# X\n\n## Meaning\n\n\`\`\`sh\nexit 9\n\`\`\`\n\n## Diagnosis\n\n${diagnosis}\n\n## Mitigation\n\n\`\`\`sh\nexit 9\n\`\`\`\n`;

async function follow(
  context: TestContext,
  diagnosis: string,
  options: { target?: string; makefile?: string } = {},
): Promise<string[]> {
  const root = await mkdtemp(path.join(tmpdir(), 'tocsin-runbook-'));
  context.after(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, 'alerts/runbooks'), { recursive: true });
  await writeFile(path.join(root, 'alerts/runbooks/X.md'), runbook(diagnosis));
  const { makefile, ...others } = options;
  if (makefile) await writeFile(path.join(root, 'Makefile'), makefile);
  return followRunbook(root, 'X', others);
}

test('the commands are those of the diagnosis, block by block', () => {
  const blocks = diagnosisOf(runbook('First:\n\n```sh\na\nb\n```\n\n```json\n{}\n```\n\n```sh\nc\n```'));
  assert.deepEqual(blocks, ['a\nb', 'c']);
});

test('a runbook whose diagnosis is its last part has commands, too', () => {
  assert.deepEqual(diagnosisOf('## Diagnosis\n\n```sh\na\n```\n'), ['a']);
});

test('commands that work are no problem, and run in the root of the repository', async (context) => {
  assert.deepEqual(await follow(context, '```sh\ntest -f alerts/runbooks/X.md\n```'), []);
});

test('on a cluster its target is typed after each command of make', async (context) => {
  const makefile = 'status:\n\t@test "$(origin TARGET) $(TARGET)" = "command line kind"\n';
  const block = '```sh\nmake status\n```';
  assert.deepEqual(await follow(context, block, { makefile, target: 'TARGET=kind' }), []);
  assert.equal((await follow(context, block, { makefile })).length, 1);
});

test('a command whose output goes through a filter fails all the same', async (context) => {
  const problems = await follow(
    context,
    '```sh\nfalse | tail -5\n```\n\n```sh\necho a | grep b | tail -5\n```',
  );
  assert.equal(problems.length, 2);
});

test('a query that Prometheus refuses is told, though curl takes it for answered', async (context) => {
  const answer = '{"status":"error","errorType":"bad_data","error":"parse error"}';
  const block = `echo '{"status":"success"}${answer}'`;
  assert.deepEqual(await follow(context, `\`\`\`sh\n${block}\n\`\`\``), [
    `a command of the runbook was refused by Prometheus:\n${block}\n{"status":"success"}${answer}`,
  ]);
});

test('a command that fails is told with its block and what it said, and the others are still run', async (context) => {
  const problems = await follow(context, '```sh\necho oh no; false\ntrue\n```\n\n```sh\nexit 3\n```');
  assert.deepEqual(problems, [
    'a command of the runbook ended with 1:\necho oh no; false\ntrue\noh no',
    'a command of the runbook ended with 3:\nexit 3',
  ]);
});
