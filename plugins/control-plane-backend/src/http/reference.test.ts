import express from 'express';
import request from 'supertest';
import { referenceRouter } from './reference';

const app = express().use('/api/control-plane/docs', referenceRouter());

it('is a page of files that it serves itself', async () => {
  const page = await request(app).get('/api/control-plane/docs');
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain(
    "default-src 'none'; script-src 'self';",
  );
  const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, address]) => address)
    .filter(address => !address.endsWith('/openapi.json'));
  expect(addresses).toHaveLength(4);
  const types = await Promise.all(
    addresses.map(async address => {
      const file = await request(app).get(address);
      return [file.status, file.type];
    }),
  );
  expect(types).toEqual([
    [200, 'image/png'],
    [200, 'text/css'],
    [200, 'application/javascript'],
    [200, 'application/javascript'],
  ]);
});

it.each(['package.json', '..%2fpackage.json', '%2e%2e/yaml/package.json'])(
  'serves nothing else of the packages, such as %s',
  async file => {
    const answer = await request(app).get(`/api/control-plane/docs/${file}`);
    expect(answer.status).toBe(404);
  },
);
