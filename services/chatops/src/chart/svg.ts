import { type Html, html } from '../page/html.ts';
import type { Chart } from './chart.ts';
import type { Series } from './prometheus.ts';

const size = { width: 640, height: 170, left: 56, right: 12, top: 12, bottom: 22 };

// Seen on light and on dark.
const colours = { limit: '#c4320a', axis: '#8a8f98', series: ['#3b7dd8', '#2f9e63', '#b7791f', '#8e5bd0'] };

/** The series as lines, the limit dashed, and a mark where the alert began to fire. */
export function chartSvg({ span, startedAt, series, limits }: Chart): string {
  const values = [...series, ...limits].flatMap(({ points }) => points.map(([, value]) => value));
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + Number.EPSILON) || 1;
  const [from, to] = [span.from.getTime() / 1000, span.to.getTime() / 1000];
  const x = (seconds: number) =>
    size.left + ((seconds - from) / (to - from)) * (size.width - size.left - size.right);
  const y = (value: number) =>
    size.top + (1 - (value - low) / (high - low || 1)) * (size.height - size.top - size.bottom);
  const paths = (lines: readonly Series[], look: (index: number) => Html) =>
    lines.map(
      ({ points }, index) =>
        html`<path d="${pathOf(points, 3 * span.stepSeconds, x, y)}" fill="none" ${look(index)}/>`,
    );
  const limit = limits[0]?.points.at(-1)?.[1];
  const began = x(Math.max(from, startedAt.getTime() / 1000));
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="11" fill="${colours.axis}">
<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(low)}" y2="${y(low)}" stroke="${colours.axis}" stroke-opacity="0.5"/>
<line class="began" x1="${began}" x2="${began}" y1="${size.top}" y2="${y(low)}" stroke="${colours.axis}" stroke-dasharray="2 3"/>
${paths(limits, () => html`class="limit" stroke="${colours.limit}" stroke-width="1.5" stroke-dasharray="6 4"`)}
${paths(series, (index) => html`class="series" stroke="${colours.series[index % colours.series.length]}" stroke-width="1.8" stroke-linejoin="round"`)}
${limit !== undefined && html`<text x="${size.width - size.right}" y="${Math.max(y(limit) - 4, 10)}" text-anchor="end" fill="${colours.limit}">limit ${number(limit)}</text>`}
${[high, low].map((value) => html`<text x="${size.left - 6}" y="${y(value) + 4}" text-anchor="end">${number(value)}</text>`)}
<text x="${size.left}" y="${size.height - 6}">${clock(span.from)}</text>
<text x="${size.width - size.right}" y="${size.height - 6}" text-anchor="end">${clock(span.to)} UTC</text>
${series.length === 0 && html`<text x="${size.width / 2}" y="${size.height / 2}" text-anchor="middle">Prometheus has no such series any more</text>`}
</svg>
`.markup;
}

/** A line that is broken where samples are missing; a lone sample is a dot. */
function pathOf(
  points: Series['points'],
  gapSeconds: number,
  x: (seconds: number) => number,
  y: (value: number) => number,
): string {
  return points
    .map(([seconds, value], index) => {
      const before = points[index - 1]?.[0];
      const starts = before === undefined || seconds - before > gapSeconds;
      const place = `${x(seconds).toFixed(1)} ${y(value).toFixed(1)}`;
      return starts ? `M${place}l0.1 0L${place}` : `L${place}`;
    })
    .join('');
}

const number = (value: number) =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
const clock = (time: Date) => time.toISOString().slice(11, 19);
