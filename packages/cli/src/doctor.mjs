import { openPlatform } from './Platform.mjs';

/** `stoa doctor`: each port, whether it answers, and what to set. Exits with 1 when something does not work. */
export async function doctor(args) {
  const { platform, values } = await openPlatform(args, {
    json: { type: 'boolean' },
  });
  const report = await platform.get('/v1/platform/doctor');
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report),
  );
  return report.status === 'ok' ? 0 : 1;
}

function textOf({ ports, findings }) {
  const rows = ports.map(({ port, status, adapter, latency_ms: latency }) => [
    port,
    status,
    adapter,
    latency === undefined ? '' : `${latency} ms`,
  ]);
  const widths = [0, 1, 2].map(i => Math.max(...rows.map(r => r[i].length)));
  const table = rows.map(row =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const advice = findings.map(
    ({ severity, port, message, key, fix }) =>
      `\n${severity}: ${port}: ${message}\n  ${key}: ${fix}`,
  );
  return `${[...table, ...advice].join('\n')}\n`;
}
