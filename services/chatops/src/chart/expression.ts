import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** What an alert's expression looks at, and what that is compared with. Both are PromQL. */
export interface Watched {
  readonly value: string;
  readonly limit?: string;
}

/**
 * The series behind an alert, without the comparison that hides them while all is well, and without the guards that
 * stand beside it (`and`, `unless`). Of what is joined by `or`, each alternative.
 */
export function watchedBy(expr: string): Watched[] {
  const top = parser.parse(expr).topNode.firstChild;
  return top ? alternatives(top, expr) : [];
}

function alternatives(node: SyntaxNode, expr: string): Watched[] {
  const text = ({ from, to }: SyntaxNode) => expr.slice(from, to).trim();
  if (node.name === 'ParenExpr') {
    const inner = node.firstChild;
    return inner ? alternatives(inner, expr) : [];
  }
  const [left, right] = [node.firstChild, node.lastChild];
  if (node.name !== 'BinaryExpr' || !left || !right) return [{ value: text(node) }];
  if (node.getChild('Or')) return [...alternatives(left, expr), ...alternatives(right, expr)];
  if (node.getChild('And') || node.getChild('Unless')) return alternatives(left, expr);
  if (!comparisons.some((name) => node.getChild(name)) || node.getChild('BoolModifier')) {
    return [{ value: text(node) }];
  }
  return isNumber(left) && !isNumber(right)
    ? [{ value: text(right), limit: text(left) }]
    : [{ value: text(left), limit: text(right) }];
}

const comparisons = ['Gtr', 'Lss', 'Gte', 'Lte', 'EqlC', 'Neq'];

const isNumber = ({ name }: SyntaxNode) => name === 'NumberDurationLiteral';
