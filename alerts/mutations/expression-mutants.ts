import { type Piece, piecesOf } from '../catalogue/promql.ts';

/** A change to an expression, in words and done. */
export interface ExpressionMutant {
  readonly change: string;
  readonly expr: string;
}

/** Every small mistake that somebody could make in an expression and Prometheus would still take. */
export function expressionMutants(expr: string): ExpressionMutant[] {
  const pieces = piecesOf(expr);
  return pieces.flatMap((piece) => [
    ...comparators(expr, piece),
    ...numbers(expr, piece),
    ...durations(expr, piece),
    ...branches(expr, piece, pieces),
    ...matchers(expr, piece),
    ...groupings(expr, piece),
  ]);
}

const otherComparators: Readonly<Record<string, readonly string[]>> = {
  '>': ['>=', '<'],
  '>=': ['>', '<'],
  '<': ['<=', '>'],
  '<=': ['<', '>'],
  '==': ['!='],
  '!=': ['=='],
};

function comparators(expr: string, piece: Piece): ExpressionMutant[] {
  if (piece.around?.name !== 'BinaryExpr') return [];
  return (otherComparators[piece.text] ?? []).map((other) => replaced(expr, piece, other));
}

function numbers(expr: string, piece: Piece): ExpressionMutant[] {
  if (piece.name !== 'NumberDurationLiteral') return [];
  const value = Number(piece.text);
  if (Number.isNaN(value)) return [];
  const step = Number.isInteger(value) && Math.abs(value) <= 10 ? 1 : value / 10;
  return [value + step, value - step].map((other) =>
    replaced(expr, piece, String(Number(other.toPrecision(6)))),
  );
}

/** Windows, offsets and steps. */
function durations(expr: string, piece: Piece): ExpressionMutant[] {
  if (piece.name !== 'NumberDurationLiteralInDurationContext') return [];
  return scaled(piece.text).map((other) => replaced(expr, piece, other));
}

/** Twice and half of a duration. */
export function scaled(duration: string): string[] {
  const [, count = '', unit = ''] = /^(\d+)(ms|[smhdwy])$/.exec(duration) ?? [];
  if (count === '') return [];
  const half: Readonly<Record<string, string>> = { s: '500ms', m: '30s', h: '30m', d: '12h', w: '84h' };
  const halved =
    Number(count) % 2 === 0
      ? `${Number(count) / 2}${unit}`
      : count === '1'
        ? half[unit]
        : `${Math.floor(Number(count) / 2)}${unit}`;
  return [`${Number(count) * 2}${unit}`, ...(halved ? [halved] : [])];
}

/** `a and b`, `a unless b`, `a or b` → `a`. */
function branches(expr: string, piece: Piece, pieces: readonly Piece[]): ExpressionMutant[] {
  if (piece.name !== 'BinaryExpr') return [];
  const parts = pieces.filter(({ around }) => around === piece);
  const operator = parts.find(({ name }) => name === 'And' || name === 'Unless' || name === 'Or');
  const [left] = parts;
  if (!operator || !left) return [];
  const dropped = brief(expr.slice(operator.from, piece.to));
  const kept = expr.slice(piece.from, left.to);
  return [{ change: `without "${dropped}"`, expr: expr.slice(0, piece.from) + kept + expr.slice(piece.to) }];
}

/** `x{a="1", b="2"}` → `x{b="2"}` */
function matchers(expr: string, piece: Piece): ExpressionMutant[] {
  if (piece.name !== 'UnquotedLabelMatcher') return [];
  return [{ change: `without ${piece.text}`, expr: without(expr, piece) }];
}

/** `by (a, b)` → `by (b)`; of `group_left (a)`, too. */
function groupings(expr: string, piece: Piece): ExpressionMutant[] {
  const { name, text, around } = piece;
  if (name !== 'LabelName' || around?.name !== 'GroupingLabels') return [];
  const list = brief(around.around?.text ?? around.text);
  return [{ change: `without ${text} in "${list}"`, expr: without(expr, piece) }];
}

/** The expression without one entry of a list, and without its comma. */
function without(expr: string, { from, to }: Piece): string {
  const after = expr.slice(to).replace(/^\s*,\s*/, '');
  const comma = after.length < expr.length - to && /^\s*,/.test(expr.slice(to));
  const before = comma ? expr.slice(0, from) : expr.slice(0, from).replace(/,\s*$/, '');
  return before + (comma ? after : expr.slice(to));
}

function replaced(expr: string, { from, to, text }: Piece, other: string): ExpressionMutant {
  const line = expr.slice(expr.lastIndexOf('\n', from) + 1, endOfLine(expr, to)).trim();
  return {
    change: `${text} → ${other} in "${brief(line)}"`,
    expr: expr.slice(0, from) + other + expr.slice(to),
  };
}

const endOfLine = (expr: string, at: number) => {
  const end = expr.indexOf('\n', at);
  return end < 0 ? expr.length : end;
};

const brief = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
