import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withValuesTable } from './readme.ts';
import { parseValues } from './values.ts';
import { compareValuesUse } from './values-use.ts';

const yaml = `# -- Brokers, each a
# controller too.
replicas: 1

storage:
  # -- Size of a volume.
  size: 4Gi
  className: ""

# -- Requests and limits.
resources:
  requests: { memory: 1Gi }

# -- Labels of nodes.
nodeSelector: {}
`;

test('each value has its place, its default and its comment', () => {
  assert.deepEqual(parseValues(yaml), [
    { path: ['replicas'], text: 'Brokers, each a controller too.', default: 1 },
    { path: ['storage', 'size'], text: 'Size of a volume.', default: '4Gi' },
    { path: ['storage', 'className'], default: '' },
    { path: ['resources'], text: 'Requests and limits.', default: { requests: { memory: '1Gi' } } },
    { path: ['nodeSelector'], text: 'Labels of nodes.', default: {} },
  ]);
});

const used = '{{ .Values.replicas }} {{ toYaml .Values.resources }} {{ $.Values.storage.size }}';

test('a value that no template reads is found', () => {
  assert.deepEqual(compareValuesUse(parseValues(yaml), used).unused, ['storage.className', 'nodeSelector']);
});

test('a value that templates read and nobody can set is found', () => {
  const templates = `${used} {{ .Values.replica }} {{ .Values.storage.sizes }} {{ .Values.resources.requests.cpu }}`;
  assert.deepEqual(compareValuesUse(parseValues(yaml), templates).unknown, [
    'replica',
    'storage.sizes',
    'resources.requests.cpu',
  ]);
});

test('whoever reads a map reads what is in it, and anything may be in an open one', () => {
  const templates =
    '{{ .Values.storage }} {{ .Values.nodeSelector.zone }} {{ .Values.resources.requests.memory }}';
  assert.deepEqual(compareValuesUse(parseValues(yaml), templates), { unused: ['replicas'], unknown: [] });
});

test('the table stands between its lines and leaves the rest of the page alone', () => {
  const head = '# kafka\n<!-- made from values.yaml by `npm run charts -w @tocsin/ops` -->';
  const page = withValuesTable(`${head}\nold\n<!-- end of values -->\nmore\n`, '# -- A | B.\nname: kafka\n');
  assert.equal(
    page,
    `${head}\n| value | default | what it does |\n| --- | --- | --- |\n| \`name\` | \`"kafka"\` | A \\| B. |\n<!-- end of values -->\nmore\n`,
  );
});
