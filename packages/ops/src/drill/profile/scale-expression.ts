import { parser } from '@prometheus-io/lezer-promql';
import { shorten } from './durations.ts';

/** A window that is shorter holds too few scrapes to tell anything. */
export const leastWindowSeconds = 10;

/** `5 * 60`: by which a limit that is a time to wait is told from other numbers. */
const secondsPerUnit = ['60', '3600', '86400'];

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * PromQL with its times divided: windows (10 s at least), offsets, the steps of subqueries, and numbers written
 * as `<number> * 60`, `* 3600` or `* 86400`, which is how a rule writes a time to wait. Other numbers are limits
 * that people feel, shares and counts, and stay.
 * @throws Error that shows where, when Prometheus would not understand it.
 */
export function scaleExpression(expr: string, factor: number): string {
  const edits: Edit[] = [];
  parser.parse(expr).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${expr.slice(from, from + 40)} in ${expr}`);
      if (name === 'NumberDurationLiteralInDurationContext') {
        // Of a subquery's two the first is the window, the second the step.
        const parent = node.parent;
        const window =
          parent?.parent?.name === 'MatrixSelector' ||
          (parent?.parent?.name === 'SubqueryExpr' && parent.prevSibling?.name !== 'DurationExpr');
        edits.push({
          from,
          to,
          text: shorten(expr.slice(from, to), factor, window ? leastWindowSeconds : 1),
        });
      }
      if (name === 'BinaryExpr' && node.getChild('Mul')) {
        const [left, right] = node.getChildren('NumberDurationLiteral');
        if (!left || !right || !secondsPerUnit.includes(expr.slice(right.from, right.to))) return;
        const seconds = Number(expr.slice(left.from, left.to)) * Number(expr.slice(right.from, right.to));
        edits.push({ from, to, text: String(seconds / factor) });
      }
    },
  });
  return edits.reduceRight((text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to), expr);
}
