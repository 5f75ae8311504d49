import { parse, stringify } from 'yaml';
import { shorten } from './durations.ts';

const waits = ['group_wait', 'group_interval', 'repeat_interval'] as const;

type Route = { routes?: Route[] } & Partial<Record<(typeof waits)[number], string>>;

/** Alertmanager's configuration with every wait of its routes divided, a second at the least. */
export function scaleRoutes(yaml: string, factor: number): string {
  const config = parse(yaml) as { route: Route };
  return stringify({ ...config, route: scaleRoute(config.route, factor) });
}

function scaleRoute(route: Route, factor: number): Route {
  const scaled = waits.flatMap((wait) => {
    const duration = route[wait];
    return duration === undefined ? [] : [[wait, shorten(duration, factor, 1)]];
  });
  const { routes } = route;
  return {
    ...route,
    ...Object.fromEntries(scaled),
    ...(routes && { routes: routes.map((child) => scaleRoute(child, factor)) }),
  };
}
