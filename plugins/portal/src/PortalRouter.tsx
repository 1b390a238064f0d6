import { ComponentType, lazy, Suspense } from 'react';
import { NotFoundErrorPage, Progress } from '@backstage/frontend-plugin-api';
import { Navigate, Route, Routes } from 'react-router-dom';
import { paths } from './paths';

function page<M extends Record<K, ComponentType>, K extends string>(
  load: () => Promise<M>,
  name: K,
) {
  return lazy(() => load().then(m => ({ default: m[name] as ComponentType })));
}

const CataloguePage = page(
  () => import('./catalogue/CataloguePage'),
  'CataloguePage',
);
const ApiPage = page(() => import('./details/ApiPage'), 'ApiPage');
const SubscribePage = page(
  () => import('./subscribe/SubscribePage'),
  'SubscribePage',
);
const ApplicationsPage = page(
  () => import('./applications/ApplicationsPage'),
  'ApplicationsPage',
);
const SubscriptionsPage = page(
  () => import('./subscriptions/SubscriptionsPage'),
  'SubscriptionsPage',
);
const SubscriptionPage = page(
  () => import('./subscriptions/SubscriptionPage'),
  'SubscriptionPage',
);
const ToolSubscriptionPage = page(
  () => import('./subscriptions/ToolSubscriptionPage'),
  'ToolSubscriptionPage',
);
const ServersPage = page(() => import('./servers/ServersPage'), 'ServersPage');
const ServerPage = page(() => import('./servers/ServerPage'), 'ServerPage');
const SubscribeServerPage = page(
  () => import('./servers/SubscribeServerPage'),
  'SubscribeServerPage',
);
const ToolsPage = page(() => import('./tools/ToolsPage'), 'ToolsPage');
const ToolPage = page(() => import('./tools/ToolPage'), 'ToolPage');
const MyUsagePage = page(() => import('./usage/MyUsagePage'), 'MyUsagePage');

/** The pages of the portal, each loaded when it is opened. */
export function PortalRouter() {
  return (
    <Suspense fallback={<Progress />}>
      <Routes>
        <Route index element={<Navigate to={paths.apis()} replace />} />
        <Route path="apis" element={<CataloguePage />} />
        <Route path="apis/:tenant/:api/subscribe" element={<SubscribePage />} />
        <Route path="apis/:tenant/:api/*" element={<ApiPage />} />
        <Route path="servers" element={<ServersPage />} />
        <Route
          path="servers/:server/subscribe"
          element={<SubscribeServerPage />}
        />
        <Route path="servers/:server/*" element={<ServerPage />} />
        <Route path="tools" element={<ToolsPage />} />
        <Route path="tools/:server/:tool" element={<ToolPage />} />
        <Route path="applications" element={<ApplicationsPage />} />
        <Route path="subscriptions" element={<SubscriptionsPage />} />
        <Route path="subscriptions/:id" element={<SubscriptionPage />} />
        <Route
          path="subscriptions/tools/:id"
          element={<ToolSubscriptionPage />}
        />
        <Route path="usage" element={<MyUsagePage />} />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Suspense>
  );
}
