// Requests per second of a kit service against bare Express with the same answer, side by side, in turns.
// Run: node bench/http.ts [rounds]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import getPort from 'get-port';

const rounds = Number(process.argv[2] ?? 5);
const seconds = 5;
const connections = 50;

async function start(file: string) {
  const [httpPort, adminPort] = [await getPort(), await getPort()];
  const child = spawn(process.execPath, [new URL(file, import.meta.url).pathname], {
    env: { ...process.env, HTTP_PORT: `${httpPort}`, ADMIN_PORT: `${adminPort}`, HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${httpPort}/greetings/Ada`;
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, stop };
}

async function requestsPerSecond(url: string): Promise<number> {
  const { requests, errors, non2xx } = await autocannon({ url, connections, duration: seconds });
  if (errors + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${non2xx} bad answers`);
  return requests.average;
}

const middle = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

const kit = await start('kit-service.ts');
const express = await start('bare-express.ts');
try {
  await requestsPerSecond(kit.url); // Warms up both.
  await requestsPerSecond(express.url);
  const rows: { kit: number; express: number; ratio: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const row = { kit: await requestsPerSecond(kit.url), express: await requestsPerSecond(express.url) };
    rows.push({ ...row, ratio: row.kit / row.express });
    console.error(
      `round ${round} of ${rounds}: ${Math.round(row.kit)} to ${Math.round(row.express)} requests/s`,
    );
  }
  console.table({
    'kit, requests/s': Math.round(middle(rows.map((row) => row.kit))),
    'bare Express, requests/s': Math.round(middle(rows.map((row) => row.express))),
    'ratio (median of rounds)': middle(rows.map((row) => row.ratio)).toFixed(2),
  });
} finally {
  await Promise.all([kit.stop(), express.stop()]);
}
