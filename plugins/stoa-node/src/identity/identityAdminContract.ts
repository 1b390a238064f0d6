/* eslint-disable jest/no-export -- a suite that the tests of every identity provider run */
import { IdentityAdmin } from './IdentityAdmin';

/** What the suite needs of a provider beside the port itself. */
export interface IdentityAdminUnderTest {
  readonly admin: IdentityAdmin;
  /** Somebody without any role, whose e-mail address is `ada@example.com`. */
  readonly ada: string;
  /** Somebody else without any role. */
  readonly bob: string;
  /** Whether the provider's token endpoint takes these credentials. */
  readonly accepts: (client: {
    readonly clientId: string;
    readonly clientSecret: string;
  }) => Promise<boolean>;
}

/** What every provider keeps to, that the platform may change. */
export function identityAdminContract(
  open: () => Promise<IdentityAdminUnderTest>,
): void {
  const client = {
    name: 'A robot',
    redirectUris: [],
    grants: { 'acme-corp': ['devops' as const] },
    scopes: ['stoa:catalog:read'],
  };

  it('finds people by all of their subject or address, and by nothing less', async () => {
    const { admin, ada } = await open();
    expect(admin.manages).toBe(true);
    for (const by of [
      { subject: ada },
      { email: 'ada@example.com' },
      { email: 'ADA@Example.COM' },
    ]) {
      expect((await admin.findPerson(by))?.subject).toBe(ada);
    }
    for (const by of [
      { subject: ada.slice(1) },
      { subject: '' },
      { subject: '*' },
      { email: 'ada' },
      { email: 'da@example.com' },
      { email: '' },
    ]) {
      expect(await admin.findPerson(by)).toBeUndefined();
    }
  });

  it('gives roles in one tenant, replaces them, and takes them away', async () => {
    const { admin, ada, bob } = await open();
    await admin.ensureTenant('acme-corp');
    await admin.ensureTenant('acme-corp');
    await admin.ensureTenant('globex');
    const rolesOf = async (tenantId: string) =>
      Object.fromEntries(
        (await admin.members(tenantId)).map(p => [
          p.subject,
          p.grants[tenantId],
        ]),
      );
    const made = await admin.setRoles('acme-corp', ada, ['viewer', 'devops']);
    expect(made.subject).toBe(ada);
    await admin.setRoles('acme-corp', bob, ['tenant-admin']);
    await admin.setRoles('globex', ada, ['tenant-admin']);
    expect(await rolesOf('acme-corp')).toEqual({
      [ada]: expect.arrayContaining(['viewer', 'devops']),
      [bob]: ['tenant-admin'],
    });
    await admin.setRoles('acme-corp', ada, ['viewer']);
    await admin.setRoles('acme-corp', bob, []);
    expect(await rolesOf('acme-corp')).toEqual({ [ada]: ['viewer'] });
    expect(await rolesOf('globex')).toEqual({ [ada]: ['tenant-admin'] });
    expect(await rolesOf('constructor')).toEqual({});
    expect((await admin.findPerson({ subject: bob }))?.grants).toEqual({});
    const people = await admin.listPeople();
    expect(people.find(p => p.subject === ada)?.grants).toEqual({
      'acme-corp': ['viewer'],
      globex: ['tenant-admin'],
    });
    await expect(
      admin.setRoles('acme-corp', 'nobody', ['viewer']),
    ).rejects.toMatchObject({ code: 'stoa.not_found' });
  });

  it('loses nothing of what is changed at once', async () => {
    const { admin, ada, bob } = await open();
    const tenants = Array.from({ length: 10 }, (_, n) => `tenant-${n}`);
    await Promise.all(
      tenants.flatMap(id =>
        [ada, bob].map(async subject => {
          await admin.ensureTenant(id);
          await admin.setRoles(id, subject, ['viewer']);
        }),
      ),
    );
    for (const subject of [ada, bob]) {
      const person = await admin.findPerson({ subject });
      expect(Object.keys(person!.grants).sort()).toEqual(tenants);
    }
  });

  it('forgets people', async () => {
    const { admin, ada, bob } = await open();
    await admin.erasePerson(ada);
    await admin.erasePerson(ada);
    expect(await admin.findPerson({ subject: ada })).toBeUndefined();
    expect(await admin.findPerson({ subject: bob })).toBeDefined();
  });

  it('makes programs whose secret works until it is replaced or they are removed', async () => {
    const { admin, accepts } = await open();
    const first = await admin.createClient({ ...client, clientId: 'robot-1' });
    expect(first).toEqual({
      clientId: 'robot-1',
      clientSecret: expect.stringMatching(/^.{32,}$/),
    });
    await expect(
      admin.createClient({ ...client, clientId: 'robot-1' }),
    ).rejects.toMatchObject({ code: 'stoa.conflict' });
    const other = await admin.createClient({ ...client, clientId: 'robot-2' });
    expect(await accepts(first)).toBe(true);
    const crossed = { ...first, clientSecret: other.clientSecret };
    expect(await accepts(crossed)).toBe(false);

    await admin.updateClient('robot-1', { name: 'Renamed', redirectUris: [] });
    expect(await accepts(first)).toBe(true);
    const second = await admin.rotateClientSecret('robot-1');
    expect(second.clientSecret).not.toBe(first.clientSecret);
    expect(await accepts(second)).toBe(true);
    expect(await accepts(first)).toBe(false);

    await admin.removeClient('robot-1');
    await admin.removeClient('robot-1');
    expect(await accepts(second)).toBe(false);
    expect(await accepts(other)).toBe(true);
    for (const gone of [
      admin.rotateClientSecret('robot-1'),
      admin.updateClient('robot-1', { name: 'X', redirectUris: [] }),
    ]) {
      await expect(gone).rejects.toMatchObject({ code: 'stoa.not_found' });
    }
  });
}
