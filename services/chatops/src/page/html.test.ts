import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, trusted } from './html.ts';

test('text is escaped, markup and lists of it are not, nothing is nothing', () => {
  const list = ['<a>', 'b'].map((item) => html`<li>${item}</li>`);
  const page = html`<ul title="${`"&'`}">${list}</ul>${undefined}${false}${0}${trusted('<hr>')}`;
  assert.equal(page.markup, '<ul title="&quot;&amp;&#39;"><li>&lt;a&gt;</li><li>b</li></ul>0<hr>');
});
