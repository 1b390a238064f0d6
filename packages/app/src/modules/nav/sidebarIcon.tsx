import type { RemixiconComponentType } from '@remixicon/react';
import type { IconComponent } from '@backstage/core-plugin-api';

/** A Remix icon in the form that the sidebar of the shell takes. */
export function sidebarIcon(Icon: RemixiconComponentType): IconComponent {
  return function SidebarIcon() {
    return <Icon size={20} aria-hidden />;
  };
}
