import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { OpaPermissionPolicy } from './OpaPermissionPolicy';

const permission = {
  type: 'basic',
  name: 'stoa.portal.read',
  attributes: {},
} as const;
const info = { userEntityRef: 'user:default/ada', ownershipEntityRefs: [] };
const ada = { credentials: mockCredentials.user(info.userEntityRef), info };
const generous: PolicyEngine = {
  decide: async () => ({ allow: true, rule: 'test', missing: [] }),
  ready: () => true,
};

function policy(change: {
  engine?: PolicyEngine;
  getUserInfo?: () => Promise<never>;
}) {
  const logger = mockServices.logger.mock();
  const userInfo = mockServices.userInfo.mock({
    getUserInfo: change.getUserInfo ?? (async () => info),
  });
  const subject = new OpaPermissionPolicy({
    engine: change.engine ?? generous,
    userInfo,
    logger,
  });
  return { subject, logger };
}

describe('OpaPermissionPolicy', () => {
  it('lets pass what the engine allows', async () => {
    const { subject } = policy({});
    expect(await subject.handle({ permission }, ada)).toEqual({
      result: AuthorizeResult.ALLOW,
    });
  });

  it('refuses nobody without asking', async () => {
    const { subject } = policy({});
    expect(await subject.handle({ permission })).toEqual({
      result: AuthorizeResult.DENY,
    });
  });

  it.each<[string, Parameters<typeof policy>[0]]>([
    [
      'the person is not known',
      { getUserInfo: () => Promise.reject(new Error('no such user')) },
    ],
    [
      'the engine fails',
      {
        engine: {
          ...generous,
          decide: () => Promise.reject(new Error('gone')),
        },
      },
    ],
  ])('refuses when %s, and says so in the log', async (_why, change) => {
    const { subject, logger } = policy(change);
    expect(await subject.handle({ permission }, ada)).toEqual({
      result: AuthorizeResult.DENY,
    });
    expect(logger.error).toHaveBeenCalledTimes(1);
  });
});
