import { Tab, TabList, Tabs } from '@backstage/ui';

export interface LinkTab {
  readonly label: string;
  readonly href: string;
  /** Also when the address goes on below `href`. */
  readonly prefix?: boolean;
}

/** Tabs that are addresses, so that each can be linked to. */
export function LinkTabs(props: {
  readonly label: string;
  readonly tabs: readonly LinkTab[];
}) {
  return (
    <Tabs>
      <TabList aria-label={props.label}>
        {props.tabs.map(tab => (
          <Tab
            key={tab.href}
            id={tab.href}
            href={tab.href}
            matchStrategy={tab.prefix ? 'prefix' : 'exact'}
          >
            {tab.label}
          </Tab>
        ))}
      </TabList>
    </Tabs>
  );
}
