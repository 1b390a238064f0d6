import {
  Sidebar,
  SidebarGroup,
  SidebarItem,
  SidebarSpace,
} from '@backstage/core-components';
import {
  identityApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  RiApps2Line,
  RiBarChartLine,
  RiBook2Line,
  RiHome5Line,
  RiKey2Line,
  RiNotification3Line,
  RiLogoutBoxRLine,
  RiMore2Line,
  RiOrganizationChart,
  RiPlugLine,
  RiSearchLine,
  RiSettings3Line,
  RiStackLine,
  RiStore2Line,
  RiTerminalWindowLine,
  RiToolsLine,
} from '@remixicon/react';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import { useMe } from '@stoa/plugin-stoa-react';
import { shellTranslationRef } from '../translations/ref';
import { Brand } from './Brand';
import { GroupTitle } from './Group';
import { sidebarIcon } from './sidebarIcon';

const icons = {
  home: sidebarIcon(RiHome5Line),
  apis: sidebarIcon(RiStore2Line),
  servers: sidebarIcon(RiPlugLine),
  tools: sidebarIcon(RiToolsLine),
  applications: sidebarIcon(RiApps2Line),
  subscriptions: sidebarIcon(RiKey2Line),
  usage: sidebarIcon(RiBarChartLine),
  tenant: sidebarIcon(RiTerminalWindowLine),
  entities: sidebarIcon(RiStackLine),
  explorer: sidebarIcon(RiBook2Line),
  notifications: sidebarIcon(RiNotification3Line),
  search: sidebarIcon(RiSearchLine),
  settings: sidebarIcon(RiSettings3Line),
  signOut: sidebarIcon(RiLogoutBoxRLine),
};

/**
 * Who holds a role in a tenant sees its console; everybody sees the portal.
 * On a narrow screen the four groups are the bar at the bottom.
 */
export function Navigation() {
  const { t } = useTranslationRef(shellTranslationRef);
  const identityApi = useApi(identityApiRef);
  const { data: me } = useMe();
  const tenants = me?.tenants ?? [];
  return (
    <Sidebar>
      <Brand />
      <SidebarGroup label={t('nav.home')} icon={<icons.home />} to="/">
        <SidebarItem end to="/" icon={icons.home} text={t('nav.home')} />
      </SidebarGroup>
      <SidebarGroup label={t('nav.portal')} icon={<icons.apis />}>
        <GroupTitle title={t('nav.portal')} />
        <SidebarItem to="/portal/apis" icon={icons.apis} text={t('nav.apis')} />
        <SidebarItem
          to="/portal/servers"
          icon={icons.servers}
          text={t('nav.servers')}
        />
        <SidebarItem
          to="/portal/tools"
          icon={icons.tools}
          text={t('nav.tools')}
        />
        <SidebarItem
          to="/portal/applications"
          icon={icons.applications}
          text={t('nav.applications')}
        />
        <SidebarItem
          to="/portal/subscriptions"
          icon={icons.subscriptions}
          text={t('nav.subscriptions')}
        />
        <SidebarItem
          to="/portal/usage"
          icon={icons.usage}
          text={t('nav.usage')}
        />
      </SidebarGroup>
      {tenants.length > 0 && (
        <SidebarGroup
          label={t('nav.console')}
          icon={<RiOrganizationChart size={20} />}
        >
          <GroupTitle title={t('nav.console')} />
          {tenants.map(tenant => (
            <SidebarItem
              key={tenant.id}
              to={`/console/${tenant.id}`}
              icon={icons.tenant}
              text={tenant.display_name}
            />
          ))}
        </SidebarGroup>
      )}
      <SidebarSpace />
      <SidebarGroup label={t('nav.more')} icon={<RiMore2Line size={20} />}>
        <SidebarItem to="/search" icon={icons.search} text={t('nav.search')} />
        <SidebarItem
          to="/catalog?filters%5Bkind%5D=api&filters%5Buser%5D=all"
          icon={icons.entities}
          text={t('nav.entities')}
        />
        <SidebarItem
          to="/api-docs"
          icon={icons.explorer}
          text={t('nav.explorer')}
        />
        <NotificationsSidebarItem
          renderItem={({ unreadCount }) => (
            <SidebarItem
              to="/notifications"
              icon={icons.notifications}
              text={
                unreadCount > 0
                  ? t('nav.unread', { n: String(unreadCount) })
                  : t('nav.notifications')
              }
            />
          )}
        />
        <SidebarItem
          to="/settings"
          icon={icons.settings}
          text={t('nav.settings')}
        />
        <SidebarItem
          icon={icons.signOut}
          text={t('nav.signOut')}
          onClick={() => identityApi.signOut()}
        />
      </SidebarGroup>
    </Sidebar>
  );
}
