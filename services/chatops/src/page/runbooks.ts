import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Marked } from 'marked';
import { commandsFor } from '../../../../alerts/runbooks/commands-for.ts';
import { html, trusted } from './html.ts';
import { bell, layout } from './layout.ts';

export interface Runbooks {
  /** The page of an alert; undefined where there is no runbook for it. */
  page(alert: string): Promise<string | undefined>;
  /** What to show instead: those that there are. */
  notFound(alert: string): Promise<string>;
}

const home = html`<header class="top"><a class="home" href="/">${bell}<span>Tocsin</span> ops room</a></header>`;

/**
 * Runbooks from a folder with a Markdown file for each alert.
 * @param target what their commands are to be given here, such as `TARGET=kind`; none, they are for the laptop.
 */
export function createRunbooks(folder: string, target?: string): Runbooks {
  const marked = new Marked({
    walkTokens(token) {
      if (token.type === 'code' || token.type === 'codespan') token.text = commandsFor(target, token.text);
    },
  });
  const note =
    target &&
    html`<p>For <code>${target}</code>. The ports are those that <code>make forward</code> opens and lists: let it run meanwhile.</p>`;
  const names = async () =>
    (await readdir(folder)).filter((file) => file.endsWith('.md')).map((file) => path.basename(file, '.md'));
  return {
    async page(alert) {
      if (!(await names()).includes(alert)) return undefined;
      const markdown = await readFile(path.join(folder, `${alert}.md`), 'utf8');
      const content = trusted(await marked.parse(markdown));
      return layout(`${alert} · runbook`, html`${home}<main class="runbook">${note}${content}</main>`);
    },
    async notFound(alert) {
      const links = (await names().catch(() => []))
        .toSorted()
        .map((name) => html`<li><a href="/runbooks/${name}">${name}</a></li>`);
      return layout(
        'No such runbook',
        html`${home}<main class="runbook"><h1>There is no runbook for ${alert}</h1><p>There is one for:</p><ul>${links}</ul></main>`,
      );
    },
  };
}
