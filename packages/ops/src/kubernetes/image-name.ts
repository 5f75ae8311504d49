/** The parts of an image's name, as the charts' values have them. */
export interface ImageName {
  registry: string;
  repository: string;
  tag: string;
  digest: string;
}

/** `registry.example.org:5000/shop/platform:1.2@sha256:…` in its parts; a registry has a dot, a port or is localhost. */
export function parseImageName(name: string): ImageName {
  const [tagged = '', digest = ''] = name.split('@');
  const [, path = '', tag = ''] = /^(.*?)(?::([^:/]+))?$/.exec(tagged) ?? [];
  const [first = '', ...rest] = path.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const repository = hasRegistry ? rest.join('/') : path;
  return { registry: hasRegistry ? first : '', repository, tag, digest };
}
