import { ToolOfServer } from '../useTool';

/** Why a tool cannot be called by the reader just now. */
export type Obstacle =
  | 'inactive'
  | 'notDeployed'
  | 'pending'
  | 'suspended'
  | 'notGranted'
  | 'none';

/** Nothing when the tool can be called: by a role in its organisation, or by a subscription that grants it. */
export function obstacleOf(
  server: ToolOfServer['server'],
  tool: ToolOfServer['tool'],
  isMember: boolean,
): Obstacle | undefined {
  if (server.status === 'inactive') return 'inactive';
  if (!tool.deployed) return 'notDeployed';
  if (isMember && server.permissions.call) return undefined;
  const { subscription } = tool;
  if (!subscription) return server.permissions.call ? undefined : 'none';
  if (subscription.status !== 'active') return subscription.status;
  return subscription.granted ? undefined : 'notGranted';
}
