import { readFileSync } from 'node:fs';

const source = new URL('../../../../alerts/alertmanager.yaml', import.meta.url);

/**
 * `alerts/alertmanager.yaml` with the address of the ops room filled in.
 * @param chatopsUrl where Alertmanager reaches it, such as `http://127.0.0.1:8108`.
 */
export function renderAlertmanagerConfig({ chatopsUrl }: { chatopsUrl: string }): string {
  const { href } = new URL(chatopsUrl);
  return readFileSync(source, 'utf8').replaceAll(/\$\{CHATOPS_URL\}/g, href.replace(/\/$/, ''));
}
