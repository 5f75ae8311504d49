import { type Node, parse } from 'libpg-query';

/**
 * What a migration does that the release before it, still running beside the new one, would not survive: statements
 * that are not known to only add. Tables that the migration itself creates are nobody's yet.
 */
export async function refusals(sql: string): Promise<string[]> {
  const { stmts = [] } = await parse(sql);
  const fresh = new Set<string>();
  return stmts.flatMap(({ stmt }) => {
    if (!stmt) return [];
    const [[kind, statement] = ['nothing', {}]] = Object.entries(stmt as object);
    const table: string = statement.relation?.relname ?? '';
    if (kind === 'CreateStmt') fresh.add(table);
    return fresh.has(table) ? [] : refusal(stmt).map((why) => (table ? `${table}: ${why}` : why));
  });
}

function refusal(statement: Node): string[] {
  if ('InsertStmt' in statement || 'UpdateStmt' in statement || 'CommentStmt' in statement) return [];
  if ('IndexStmt' in statement) return statement.IndexStmt.unique ? ['a unique index on what is there'] : [];
  if (!('AlterTableStmt' in statement)) return [Object.keys(statement).join()];
  const commands = (statement.AlterTableStmt.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? [node.AlterTableCmd] : [],
  );
  return commands.flatMap(({ subtype, def }) => {
    if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def)) return [String(subtype)];
    const { colname, constraints = [] } = def.ColumnDef;
    return columnRefusals(constraints).map((why) => `column ${colname} ${why}`);
  });
}

/** An insert that does not know the column must still succeed. */
function columnRefusals(constraints: readonly Node[]): string[] {
  const kinds = constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint.contype] : []));
  const filled = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'] as const;
  const harmless = ['CONSTR_NULL', 'CONSTR_NOTNULL', 'CONSTR_FOREIGN', ...filled];
  return [
    ...kinds.filter((kind) => !harmless.includes(kind ?? '')).map((kind) => `has ${kind}`),
    ...(kinds.includes('CONSTR_NOTNULL') && !filled.some((kind) => kinds.includes(kind))
      ? ['is not null and has no default']
      : []),
  ];
}
