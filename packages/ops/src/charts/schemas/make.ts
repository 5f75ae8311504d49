/**
 * Writes deploy/schemas anew from what the projects publish: `npm run schemas -w @tocsin/ops`.
 * Needs Go, Maven and Java 21, and is run when a version in sources.ts changes.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import {
  type CustomResourceDefinition,
  fromCustomResources,
  fromSwagger,
  type SchemaDocument,
} from './documents.ts';
import { customSources, kubernetes, strimzi } from './sources.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');

const swagger = path.join(await goModule(kubernetes.goModule), kubernetes.swagger);
await write(fromSwagger(JSON.parse(await readFile(swagger, 'utf8')), kubernetes.kinds, kubernetes.goModule));
for (const { name, goModule: module, definitions } of customSources) {
  const folder = await goModule(module);
  await write(
    fromCustomResources(name, await read(definitions.map((file) => path.join(folder, file))), module),
  );
}
await write(fromCustomResources(strimzi.name, await strimziResources(), strimzi.version));

/** The folder with the module's files. */
async function goModule(version: string): Promise<string> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', version], { cwd: tmpdir() });
  return JSON.parse(stdout).Dir;
}

async function strimziResources(): Promise<CustomResourceDefinition[]> {
  const work = await mkdtemp(path.join(tmpdir(), 'tocsin-strimzi-'));
  try {
    const pom = path.join(root, 'tools/strimzi/pom.xml');
    const goals = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${work}/lib`];
    await execa('mvn', ['-B', '-ntp', '-q', '-f', pom, ...goals]);
    const files = [];
    for (const [kind, className] of Object.entries(strimzi.classes)) {
      const file = path.join(work, `${kind}.yaml`);
      const generator = ['-cp', `${work}/lib/*`, 'io.strimzi.crdgenerator.CrdGenerator', '--yaml'];
      await execa('java', [...generator, `${className}=${file}`]);
      files.push(file);
    }
    return await read(files);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function read(files: readonly string[]): Promise<CustomResourceDefinition[]> {
  return await Promise.all(files.map(async (file) => parse(await readFile(file, 'utf8'))));
}

/** One definition a line: small, and a change shows where it is. */
async function write({ definitions, ...head }: SchemaDocument): Promise<void> {
  const lines = Object.entries(definitions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, definition]) => `${JSON.stringify(name)}: ${JSON.stringify(definition)}`);
  const opening = JSON.stringify(head, null, 2).replace(/\n}$/, '');
  const text = `${opening},\n  "definitions": {\n${lines.join(',\n')}\n  }\n}\n`;
  await writeFile(path.join(root, 'deploy/schemas', `${head.$id}.json`), text);
}
