import { readFileSync } from 'node:fs';

const source = new URL('../../../../alerts/alertmanager.yaml', import.meta.url);

/** Where alerts go. */
export interface Receivers {
  /** Where Alertmanager reaches the ops room, such as `http://127.0.0.1:8108`. */
  readonly chatopsUrl: string;
  /** Where people reach it, for the links in a page; without it, the same. */
  readonly publicUrl?: string;
  /** Our own receiver of pages, told when there is no key for another pager. */
  readonly pagerUrl: string;
  /** A file with the integration key of PagerDuty's Events API v2. */
  readonly pagerdutyKeyFile?: string | undefined;
  /** Another than that of PagerDuty's US region. */
  readonly pagerdutyUrl?: string | undefined;
  /** A file with the key of an API integration of Opsgenie. */
  readonly opsgenieKeyFile?: string | undefined;
  /** Another than that of Opsgenie's US region. */
  readonly opsgenieUrl?: string | undefined;
}

/** `alerts/alertmanager.yaml` with the addresses filled in. What has one that is not known is left out. */
export function renderAlertmanagerConfig(receivers: Receivers): string {
  const { chatopsUrl, publicUrl = chatopsUrl, pagerUrl, pagerdutyKeyFile, opsgenieKeyFile } = receivers;
  const places = {
    CHATOPS_URL: base(chatopsUrl),
    PUBLIC_URL: base(publicUrl),
    PAGER_URL: pagerdutyKeyFile || opsgenieKeyFile ? undefined : base(pagerUrl),
    PAGERDUTY_KEY_FILE: pagerdutyKeyFile,
    PAGERDUTY_URL: receivers.pagerdutyUrl ?? 'https://events.pagerduty.com/v2/enqueue',
    OPSGENIE_KEY_FILE: opsgenieKeyFile,
    OPSGENIE_URL: receivers.opsgenieUrl ?? 'https://api.opsgenie.com/',
  };
  const filled = Object.entries(places).reduce(
    (text, [name, value]) => (value ? text.replaceAll(`\${${name}}`, value) : text),
    readFileSync(source, 'utf8'),
  );
  return filled.replaceAll(withoutAddress, '');
}

/** A `*_configs` block of a receiver in which something is not filled in. The chart has the same expression. */
const withoutAddress = /^ {4}\w+_configs:\n(?: {6}.*\n)*? {6}.*\$\{.*\n(?: {6}.*\n)*/gm;

const base = (url: string) => new URL(url).href.replace(/\/$/, '');
