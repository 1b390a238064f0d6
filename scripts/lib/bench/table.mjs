const COLUMNS = [
  ['c', row => row.connections],
  ['p50 ms', row => row.p50.toFixed(2)],
  ['p99 ms', row => row.p99.toFixed(2)],
  ['calls/s', row => Math.round(row.perSecond)],
  ['CPU µs', row => Math.round(row.cpuMicros)],
  ['busy', row => row.busy.toFixed(2)],
  ['errors', row => row.errors],
  ['p50 ×', row => row.ratios.p50.toFixed(2)],
  ['p99 ×', row => row.ratios.p99.toFixed(2)],
  ['calls ×', row => row.ratios.perSecond.toFixed(2)],
  ['CPU ×', row => row.ratios.cpuMicros.toFixed(2)],
];

/**
 * Adds to each row its ratios to the reference's row of the same concurrency, and,
 * with `sameWay`, of the same way.
 */
export function withRatios(rows, reference, { sameWay = false } = {}) {
  return rows.map(row => {
    const bare = rows.find(
      ({ server, way, connections }) =>
        server === reference &&
        connections === row.connections &&
        (!sameWay || way === row.way),
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
 * time of the serving process a call and its share of the core, answers that were not
 * right, the ratios to the reference, and what was counted a call, such as
 * `{asked: 'upstreamPerCall'}`.
 */
export function callTable(rows, counted = {}) {
  const columns = [
    ...COLUMNS,
    ...Object.entries(counted).map(([title, key]) => [
      title,
      row => row[key].toFixed(2),
    ]),
  ];
  const lines = [
    ['', ...columns.map(([title]) => title)],
    ...[...rows]
      .sort((a, b) => a.connections - b.connections)
      .map(row => [
        `${row.server}, ${row.way}`,
        ...columns.map(([, cell]) => String(cell(row))),
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
