import { accountTable } from '../../packages/cli/src/accounts.mjs';

/**
 * What a person reads when the platform is up. The passwords in it are for the
 * terminal only: never write it to a log.
 */
export function welcome({ port, accounts, demo, took }) {
  const url = `http://localhost:${port}`;
  return `
STOA is ready in ${took}:  ${url}

Accounts (account, password, who it is):
${accountTable(accounts)}

${
  demo
    ? tries(url)
    : `Sign in as an administrator and create a first API in ${url}/console.`
}

Ctrl-C stops it.
`;
}

function tries(url) {
  return `Three things to try:
  1. Sign in as acme-admin and publish an API from an OpenAPI file: ${url}/console
  2. Sign in as consumer, find it, subscribe, keep the key:         ${url}/portal
  3. Get a token for a program:   npm run --silent token -- acme-admin`;
}
