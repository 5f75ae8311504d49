/** Whether a matcher of Alertmanager, such as `alertname=~"A|B"`, takes what has these labels. One without a value is empty. */
export function fits(matcher: string, labels: Readonly<Record<string, string | undefined>>): boolean {
  const { name, operator, value } = readMatcher(matcher);
  const actual = labels[name] ?? '';
  const equal = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
  return operator.startsWith('!') ? !equal : equal;
}

/** @throws when it is none. */
export function readMatcher(text: string): { name: string; operator: string; value: string } {
  const [, name = '', operator = '', value = ''] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(text) ?? [];
  if (name === '') throw new Error(`Cannot read the matcher ${text}`);
  return { name, operator, value };
}
