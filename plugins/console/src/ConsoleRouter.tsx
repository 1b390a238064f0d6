import { ComponentType, lazy, Suspense } from 'react';
import { NotFoundErrorPage, Progress } from '@backstage/frontend-plugin-api';
import { Navigate, Route, Routes } from 'react-router-dom';
import { Entrance } from './frame/Entrance';
import { TenantFrame } from './frame/TenantFrame';

function page<M extends Record<K, ComponentType>, K extends string>(
  load: () => Promise<M>,
  name: K,
) {
  return lazy(() => load().then(m => ({ default: m[name] as ComponentType })));
}

const ApisPage = page(() => import('./apis/ApisPage'), 'ApisPage');
const CreateApiPage = page(
  () => import('./apis/create/CreateApiPage'),
  'CreateApiPage',
);
const ApiPage = page(() => import('./apis/detail/ApiPage'), 'ApiPage');
const ToolSetsPage = page(() => import('./tools/ToolSetsPage'), 'ToolSetsPage');
const CreateToolSetPage = page(
  () => import('./tools/edit/CreateToolSetPage'),
  'CreateToolSetPage',
);
const EditToolSetPage = page(
  () => import('./tools/edit/EditToolSetPage'),
  'EditToolSetPage',
);
const ToolSetPage = page(
  () => import('./tools/detail/ToolSetPage'),
  'ToolSetPage',
);
const ApprovalsPage = page(
  () => import('./approvals/ApprovalsPage'),
  'ApprovalsPage',
);
const DeploymentsPage = page(
  () => import('./deployments/DeploymentsPage'),
  'DeploymentsPage',
);
const DeploymentPage = page(
  () => import('./deployments/DeploymentPage'),
  'DeploymentPage',
);
const UsagePage = page(() => import('./usage/UsagePage'), 'UsagePage');
const AuditPage = page(() => import('./audit/AuditPage'), 'AuditPage');

/** The pages of the console, each loaded when it is opened. */
export function ConsoleRouter() {
  return (
    <Routes>
      <Route index element={<Entrance />} />
      <Route
        path=":tenant/*"
        element={
          <TenantFrame>
            <Suspense fallback={<Progress />}>
              <TenantPages />
            </Suspense>
          </TenantFrame>
        }
      />
    </Routes>
  );
}

function TenantPages() {
  return (
    <Routes>
      <Route index element={<Navigate to="apis" replace />} />
      <Route path="apis" element={<ApisPage />} />
      <Route path="apis/new" element={<CreateApiPage />} />
      <Route path="apis/:api/*" element={<ApiPage />} />
      <Route path="tools" element={<ToolSetsPage />} />
      <Route path="tools/new" element={<CreateToolSetPage />} />
      <Route path="tools/:toolSet/edit" element={<EditToolSetPage />} />
      <Route path="tools/:toolSet/*" element={<ToolSetPage />} />
      <Route path="approvals" element={<ApprovalsPage />} />
      <Route path="deployments" element={<DeploymentsPage />} />
      <Route path="deployments/:id" element={<DeploymentPage />} />
      <Route path="usage" element={<UsagePage />} />
      <Route path="audit" element={<AuditPage />} />
      <Route path="*" element={<NotFoundErrorPage />} />
    </Routes>
  );
}
