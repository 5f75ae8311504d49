import { type Html, html } from './html.ts';

/** A whole page. Style and script come from our own address only (see `contentSecurityPolicy`). */
export function layout(title: string, content: Html, script?: 'room'): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/bell.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/room.css">
${script && html`<script src="/assets/${script}.js" defer></script>`}
</head>
<body>
${content}
</body>
</html>
`.markup;
}

/** Whatever slips through the escaping still runs nothing and loads nothing. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The mark of the product: a bell that is struck. */
export const bell: Html = html`<svg class="bell" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
<path d="M12 3a5.5 5.5 0 0 0-5.5 5.5c0 4.6-1.4 6.3-2.5 7.5h16c-1.1-1.2-2.5-2.9-2.5-7.5A5.5 5.5 0 0 0 12 3Z"/>
<path d="M9.8 19a2.3 2.3 0 0 0 4.4 0"/></svg>`;
