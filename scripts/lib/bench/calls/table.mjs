const COLUMNS = [
  ['c', row => row.connections],
  ['p50 ms', row => row.p50.toFixed(2)],
  ['p99 ms', row => row.p99.toFixed(2)],
  ['calls/s', row => Math.round(row.perSecond)],
  ['CPU µs', row => Math.round(row.cpuMicros)],
  ['busy', row => row.busy.toFixed(2)],
  ['asked', row => row.upstreamPerCall.toFixed(2)],
  ['errors', row => row.errors],
  ['p50 ×', row => row.ratios.p50.toFixed(2)],
  ['p99 ×', row => row.ratios.p99.toFixed(2)],
  ['calls ×', row => row.ratios.perSecond.toFixed(2)],
  ['CPU ×', row => row.ratios.cpuMicros.toFixed(2)],
];

/** Adds to each row its ratios to the bare proxy's row of the same concurrency. */
export function withRatios(rows) {
  return rows.map(row => {
    const bare = rows.find(
      ({ server, connections }) =>
        server === 'bare proxy' && connections === row.connections,
    );
    const ratios = Object.fromEntries(
      ['p50', 'p99', 'perSecond', 'cpuMicros'].map(key => [
        key,
        row[key] / bare[key],
      ]),
    );
    return { ...row, ratios };
  });
}

/**
 * The rows for a terminal: of each, times as its caller saw them, calls a second, CPU
 * time of the serving process a call and its share of the core, requests to the
 * service a call, answers that were not right, and the ratios to the bare proxy.
 */
export function callTable(rows) {
  const lines = [
    ['', ...COLUMNS.map(([title]) => title)],
    ...[...rows]
      .sort((a, b) => a.connections - b.connections)
      .map(row => [
        `${row.server}, ${row.way}`,
        ...COLUMNS.map(([, cell]) => String(cell(row))),
      ]),
  ];
  const widths = lines[0].map((_, i) =>
    Math.max(...lines.map(line => line[i].length)),
  );
  return lines
    .map(([name, ...cells]) =>
      [
        name.padEnd(widths[0]),
        ...cells.map((cell, i) => cell.padStart(widths[i + 1])),
      ].join('  '),
    )
    .join('\n');
}
