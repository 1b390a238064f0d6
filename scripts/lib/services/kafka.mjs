import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { run, tail } from '../run.mjs';
import { freePort } from '../ports.mjs';
import { cached } from './cache.mjs';

/** The version, and the SHA-256 of every file that it consists of. */
const LOCK = JSON.parse(
  readFileSync(new URL('kafka.lock.json', import.meta.url)),
);

const JVM = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djava.awt.headless=true',
];

/** Any 22 characters of base64: one broker is a cluster. */
const CLUSTER_ID = 'c3RvYS1zZXJ2aWNlcy1rYQ';
const READY_MS = 120_000;

/**
 * Fetches Kafka with Maven, once, and answers its folder. Files that are not
 * those of `kafka.lock.json` are refused.
 */
export function installKafka() {
  return cached(`kafka-${LOCK.version}`, async draft => {
    const pom = join(draft, 'pom.xml');
    const libs = join(draft, 'libs');
    writeFileSync(pom, pomOf(LOCK));
    const { code, output } = await run('mvn', [
      ...['-B', '-q', '-ntp', '-f', pom, 'dependency:copy-dependencies'],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${libs}`],
    ]).catch(({ code: reason }) => ({ code: reason, output: '' }));
    if (code === 'ENOENT') {
      throw new Refusal('Maven is not on the PATH: install maven and a JRE');
    }
    if (code !== 0) {
      throw new Refusal(`Maven could not fetch Kafka:\n${tail(output, 5)}`);
    }
    verify(libs, LOCK.sha256);
    writeFileSync(join(draft, 'log4j2.properties'), LOGGING);
  });
}

/** @throws Refusal when a file is missing, unknown or another one */
export function verify(folder, expected) {
  const found = Object.fromEntries(
    readdirSync(folder).map(name => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
  const names = new Set([...Object.keys(found), ...Object.keys(expected)]);
  for (const name of names) {
    if (found[name] !== expected[name]) {
      throw new Refusal(`${name} is not the file that was expected`);
    }
  }
}

/**
 * Starts one broker, which is its own controller, on free ports of the loopback
 * interface. With the `dataDir` and `port` of an earlier one it goes on where that
 * one ended, however it ended. With `tls` clients must speak TLS, and may trust the
 * certificate in the file `ca`.
 *
 * @returns {Promise<{address: string, ca?: string, port: number, pid: number, dataDir: string, exited: Promise<void>, stop: (signal?: string) => Promise<void>}>}
 */
export async function startKafka({ dataDir, port, sasl, tls }) {
  const home = await installKafka();
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'server.properties');
  const logs = join(dataDir, 'log');
  const chosen = port ?? (await freePort());
  const controller = await freePort();
  const certificate = tls && (await certificateIn(dataDir));
  writeFileSync(
    file,
    text(settings({ port: chosen, controller, logs, sasl, certificate })),
    { mode: 0o600 },
  );
  const java = [
    ...JVM,
    `-Dlog4j2.configurationFile=${join(home, 'log4j2.properties')}`,
    ...['-cp', join(home, 'libs', '*')],
  ];
  if (!existsSync(join(logs, 'meta.properties'))) {
    await format([...java, 'kafka.tools.StorageTool'], file, logs);
  }
  const output = join(dataDir, 'broker.log');
  const fd = openSync(output, 'a');
  const broker = spawn(
    'java',
    ['-Xms128m', '-Xmx384m', ...java, 'kafka.Kafka', file],
    { stdio: ['ignore', fd, fd] },
  );
  closeSync(fd);
  const exited = new Promise(resolve => broker.once('close', resolve));
  await ready(broker, chosen, output);
  return {
    address: `127.0.0.1:${chosen}`,
    ...(certificate && { ca: certificate.ca }),
    port: chosen,
    pid: broker.pid,
    dataDir,
    exited,
    stop: async (signal = 'SIGTERM') => {
      broker.kill(signal);
      await exited;
    },
  };
}

/** A certificate of the broker's own, made when it is first asked for. */
async function certificateIn(dataDir) {
  const ca = join(dataDir, 'certificate.pem');
  const keys = join(dataDir, 'keys.pem');
  if (!existsSync(keys)) {
    const key = join(dataDir, 'key.pem');
    const { code, output } = await run('openssl', [
      ...['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=localhost'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
      ...['-keyout', key, '-out', ca],
    ]);
    if (code !== 0)
      throw new Refusal(`openssl made no certificate:\n${tail(output, 5)}`);
    const both = Buffer.concat([readFileSync(key), readFileSync(ca)]);
    writeFileSync(keys, both, { mode: 0o600 });
    rmSync(key);
  }
  return { ca, keys };
}

async function format(tool, file, logs) {
  const { code, output } = await run('java', [
    '-Xmx128m',
    ...tool,
    ...['format', '-t', CLUSTER_ID, '-c', file],
  ]);
  if (code !== 0) {
    rmSync(logs, { recursive: true, force: true });
    throw new Refusal(`Kafka cannot use ${logs}:\n${tail(output, 5)}`);
  }
}

/** A broker opens its port when it can serve. */
async function ready(broker, port, output) {
  const deadline = Date.now() + READY_MS;
  while (!(await answers(port))) {
    if (broker.exitCode !== null || broker.signalCode !== null) {
      throw new Refusal(
        `Kafka ended:\n${tail(readFileSync(output, 'utf8'), 10)}`,
      );
    }
    if (Date.now() > deadline) {
      broker.kill('SIGKILL');
      throw new Refusal(`Kafka did not start in time, see ${output}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

function answers(port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    const end = answer => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/**
 * One of everything, since there is one broker, and short sessions: a broker that
 * comes back after SIGKILL is let in when the session of the dead one is over.
 */
function settings({ port, controller, logs, sasl, certificate }) {
  const client = `${sasl ? 'SASL_' : ''}${certificate ? 'SSL' : 'PLAINTEXT'}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `CLIENTS://127.0.0.1:${port}`,
    'listener.security.protocol.map': `CLIENTS:${client},CONTROLLER:PLAINTEXT`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENTS',
    'log.dirs': logs,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16777216,
    ...(certificate && {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': certificate.keys,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': certificate.ca,
    }),
    ...(sasl && {
      'sasl.enabled.mechanisms': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'listener.name.clients.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
        `username="${sasl.username}" password="${sasl.password}" ` +
        `user_${sasl.username}="${sasl.password}";`,
    }),
  };
}

function text(properties) {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

const LOGGING = text({
  'rootLogger.level': 'WARN',
  'rootLogger.appenderRef.o.ref': 'O',
  'appender.o.type': 'Console',
  'appender.o.name': 'O',
  'appender.o.layout.type': 'PatternLayout',
  'appender.o.layout.pattern': '[%d] %p %m (%c)%n',
});

function pomOf({ artifacts }) {
  const dependencies = artifacts.map(artifact => {
    const [group, name, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>stoa</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('\n')}</dependencies>
</project>
`;
}
