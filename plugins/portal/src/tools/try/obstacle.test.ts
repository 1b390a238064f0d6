import { ToolOfServer } from '../useTool';
import { obstacleOf } from './obstacle';

type Subscription = NonNullable<ToolOfServer['tool']['subscription']>;

function judge(options: {
  status?: 'active' | 'inactive';
  deployed?: boolean;
  call?: boolean;
  isMember?: boolean;
  subscription?: Pick<Subscription, 'status' | 'granted'>;
}) {
  const { status = 'active', deployed = true, call = false } = options;
  const server = {
    status,
    permissions: { call, subscribe: true },
  } as ToolOfServer['server'];
  const tool = {
    deployed,
    subscription: options.subscription,
  } as ToolOfServer['tool'];
  return obstacleOf(server, tool, options.isMember ?? false);
}

describe('who may try a tool', () => {
  const active = { status: 'active', granted: true } as const;
  it.each([
    ['a stranger', {}, 'none'],
    ['a member', { isMember: true, call: true }, undefined],
    ['a member without the scope', { isMember: true }, 'none'],
    ['a subscriber', { call: true, subscription: active }, undefined],
    [
      'a subscriber to other tools',
      { call: true, subscription: { ...active, granted: false } },
      'notGranted',
    ],
    [
      'a member who is subscribed to other tools',
      {
        call: true,
        isMember: true,
        subscription: { ...active, granted: false },
      },
      undefined,
    ],
    [
      'who waits',
      { subscription: { status: 'pending', granted: true } },
      'pending',
    ],
    [
      'who is suspended',
      { subscription: { status: 'suspended', granted: true } },
      'suspended',
    ],
    [
      'a subscriber while it is not deployed',
      { deployed: false, call: true, subscription: active },
      'notDeployed',
    ],
    [
      'a member while it is out of service',
      { status: 'inactive', call: true, isMember: true },
      'inactive',
    ],
  ] as const)('%s', (_, options, obstacle) => {
    expect(judge(options)).toBe(obstacle);
  });
});
