import { parser } from '@prometheus-io/lezer-promql';

/** One piece of an expression: what the grammar calls it, and where it stands. */
export interface Piece {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** The piece around it. */
  readonly around: Piece | undefined;
}

/** Every piece of an expression, the outer ones first. @throws Error when it is no PromQL. */
export function piecesOf(expr: string): Piece[] {
  const pieces: Piece[] = [];
  const open: Piece[] = [];
  parser.parse(expr).iterate({
    enter({ name, type, from, to }) {
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${expr.slice(from, from + 40)} in ${expr}`);
      const piece = { name, from, to, text: expr.slice(from, to), around: open.at(-1) };
      pieces.push(piece);
      open.push(piece);
    },
    leave: () => void open.pop(),
  });
  return pieces;
}

/** A metric that an expression reads, and the labels by which it chooses. */
export interface Reading {
  readonly metric: string;
  readonly labels: readonly string[];
}

export function readingsIn(expr: string): Reading[] {
  const pieces = piecesOf(expr);
  const within = (outer: Piece, name: string) =>
    pieces.filter((piece) => piece.name === name && piece.from >= outer.from && piece.to <= outer.to);
  return pieces
    .filter(({ name }) => name === 'VectorSelector')
    .map((selector) => ({
      metric: within(selector, 'Identifier')[0]?.text ?? '',
      labels: within(selector, 'LabelName').map(({ text }) => text),
    }));
}

/** Labels by which an expression groups, matches or joins. */
export function groupingIn(expr: string): string[] {
  const labels = piecesOf(expr).filter(
    ({ name, around }) => name === 'LabelName' && around?.name === 'GroupingLabels',
  );
  return [...new Set(labels.map(({ text }) => text))];
}

/** Numbers and durations that stand in an expression, in seconds where they have a unit; of `5 * 60` also what it makes. */
export function numbersIn(expr: string): number[] {
  const written = piecesOf(expr)
    .filter(({ name }) => name.startsWith('NumberDurationLiteral'))
    .map(({ text }) => numberOf(text));
  const products = [...expr.matchAll(/\b(\d+(?:\.\d+)?) \* (60|3600|86400)\b/g)];
  return [...written, ...products.map(([, count, unit]) => Number(count) * Number(unit))];
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** `5m` → 300, `1h30m` → 5400, `0.05` → 0.05. */
export function numberOf(text: string): number {
  if (!/[a-z]$/.test(text)) return Number(text);
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? Number.NaN),
    0,
  );
}
