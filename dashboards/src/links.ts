import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** A link to somewhere else, in a tab of its own. */
export function link(title: string, url: string): Builder<DashboardLink> {
  return inView(
    new DashboardLinkBuilder(title)
      .type(DashboardLinkType.Link)
      .icon('external link')
      .url(url)
      .targetBlank(true),
  );
}

/** A link to each dashboard that has this tag, with the same choices and time. */
export function linksTo(tag: string): Builder<DashboardLink> {
  return inView(
    new DashboardLinkBuilder('Dashboards')
      .type(DashboardLinkType.Dashboards)
      .tags([tag])
      .includeVars(true)
      .keepTime(true),
  );
}

/** The builder knows one placement only, a menu; where there is none, a link is shown beside the choices. */
function inView(builder: DashboardLinkBuilder): Builder<DashboardLink> {
  const { placement: _, ...shown } = builder.build();
  return { build: () => shown };
}
