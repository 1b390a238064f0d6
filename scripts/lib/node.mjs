import { join } from 'node:path';
import { delimiter, dirname } from 'node:path';
import { fetchPackage } from './npm.mjs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';

/** Fetched when the machine's own Node does not fit. */
const NODE_VERSION = '24.21.0';

/** True for the lines that `engines` names, from the release on that can `require` ES modules. */
export function fits(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 22 && minor >= 13) || major === 24;
}

/** The Node to run everything with: this one when it fits, else one from npm. */
export async function chooseNode() {
  if (fits(process.versions.node)) {
    return { path: process.execPath, version: process.versions.node };
  }
  if (process.platform === 'linux' && !isGlibc()) {
    throw new Refusal(
      `Node ${process.versions.node} is too old, and no other is published for this C library: install Node 24.`,
    );
  }
  const name = `node-${process.platform}-${process.arch}`;
  const modules = await fetchPackage(name, NODE_VERSION);
  return { path: join(modules, name, 'bin', 'node'), version: NODE_VERSION };
}

/** The environment in which `node` and `yarn` mean the chosen ones. */
export function environment(node, yarn, extra = {}) {
  return {
    ...process.env,
    PATH: [
      dirname(node.path),
      ...(yarn ? [yarn.bin] : []),
      process.env.PATH,
    ].join(delimiter),
    ...extra,
  };
}

function isGlibc() {
  return Boolean(process.report.getReport().header.glibcVersionRuntime);
}
