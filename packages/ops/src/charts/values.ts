import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';

/** A value of a chart that a user may set. */
export interface Value {
  /** Its keys, from the root. */
  path: string[];
  /** What its `# --` comment says; none when nobody wrote one. */
  text?: string;
  default: unknown;
}

/**
 * The values of a values.yaml in its order. A map is one value when it is empty, or when it has a comment and
 * nothing in it has.
 */
export function parseValues(yaml: string): Value[] {
  const document = parseDocument(yaml);
  const { contents } = document;
  if (!isMap(contents)) return [];
  return valuesOf(contents, [], document.commentBefore ?? undefined);
}

function valuesOf(map: YAMLMap, at: string[], commentBefore?: string): Value[] {
  return map.items.flatMap(({ key, value }, index) => {
    if (!isScalar(key)) return [];
    const path = [...at, String(key.value)];
    // The comment of a map's first key is the map's own, to the parser.
    const first = index === 0 ? (map.commentBefore ?? commentBefore) : undefined;
    const text = textOf(key.commentBefore ?? first);
    const inside = isMap(value) ? valuesOf(value, path) : [];
    const documentedInside = inside.some((each) => each.text !== undefined);
    if (inside.length > 0 && (documentedInside || text === undefined)) return inside;
    return [{ path, ...(text !== undefined && { text }), default: plain(value) }];
  });
}

function plain(node: unknown): unknown {
  return isScalar(node) ? node.value : JSON.parse(JSON.stringify(node));
}

/** `-- What it does,\n and more of it` → `What it does, and more of it` */
function textOf(comment: string | null | undefined): string | undefined {
  const start = comment?.lastIndexOf('-- ') ?? -1;
  return start < 0 ? undefined : comment?.slice(start + 3).replaceAll(/\s*\n\s*/g, ' ');
}
