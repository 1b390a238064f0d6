import { grantsFromOwnershipRefs, ownershipRefs } from './grants';

describe('grantsFromOwnershipRefs', () => {
  it('reads roles per tenant and the platform role, and comes back', () => {
    const refs = [
      'group:acme-corp/tenant-admin',
      'group:acme-corp/viewer',
      'group:demo/devops',
      'group:default/cpi-admin',
    ];
    const held = grantsFromOwnershipRefs(['user:default/ada', ...refs]);
    expect(held).toEqual({
      platformAdmin: true,
      grants: { 'acme-corp': ['tenant-admin', 'viewer'], demo: ['devops'] },
    });
    expect(ownershipRefs(held)).toEqual(refs);
  });

  it.each([
    ['no refs', []],
    ['a user', ['user:default/cpi-admin', 'user:acme/tenant-admin']],
    ['an unknown role', ['group:acme/owner', 'group:acme/cpi-admin']],
    ['the platform role elsewhere', ['group:platform/cpi-admin']],
    ['a reserved namespace', ['group:default/tenant-admin']],
    [
      'a namespace that is no tenant',
      ['group:__proto__/viewer', 'group:/viewer'],
    ],
    ['longer paths', ['group:acme/tenant-admin/viewer', 'xgroup:acme/viewer']],
    ['other letter cases', ['Group:acme/viewer', 'group:acme/Viewer']],
  ])('grants nothing for %s', (_name, refs) => {
    expect(grantsFromOwnershipRefs(refs)).toEqual({
      platformAdmin: false,
      grants: {},
    });
  });
});
