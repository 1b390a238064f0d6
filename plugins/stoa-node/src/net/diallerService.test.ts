import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { createDiallerService } from './diallerService';

it('keeps the allowances of a tenant to that tenant, connections included', async () => {
  const server = createServer((_, res) => res.end('ok'));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const service = createDiallerService(
    mockServices.rootConfig({
      data: {
        backend: { baseUrl: 'http://localhost:7007', listen: ':7008' },
        stoa: {
          network: {
            allow: ['127.0.0.1:7007', '127.0.0.1:7008'],
            tenants: { 'acme-corp': [`127.0.0.1:${port}`] },
          },
        },
      },
    }),
  );
  try {
    const acme = await service.forTenant('acme-corp').fetch(url);
    expect(await acme.text()).toBe('ok');
    for (const other of [undefined, 'demo-tenant', 'toString']) {
      await expect(service.forTenant(other).fetch(url)).rejects.toMatchObject({
        details: { class: 'refused_address' },
      });
    }
    for (const own of [7007, 7008]) {
      await expect(
        service.forTenant('acme-corp').checkUrl(`http://127.0.0.1:${own}/`),
      ).rejects.toMatchObject({ details: { class: 'refused_address' } });
    }
  } finally {
    await service.close();
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  }
});
