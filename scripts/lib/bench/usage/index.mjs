import { startPostgres } from '../../test/postgres.mjs';
import { MEASURED_CORE, OTHER_CORE, pin } from '../cpu.mjs';
import { median } from '../median.mjs';
import { Program } from '../Program.mjs';

const SECONDS = 4;
const DAYS = 30;
const TIMES = 30;
const GROUPS = [undefined, 'api', 'application', 'status', 'day'];

/**
 * Metered calls kept and added up, beside the same rows kept alone, in turns; and what a
 * month of one tenant's usage takes to answer. The process has one core to itself, the
 * database the other one.
 *
 * @returns {Promise<{fold: object[], reports: object[]}>} calls a second and CPU µs a call, medians over the rounds; milliseconds of reports
 */
export async function usageFigures({ rounds }) {
  const postgres = await startPostgres();
  pin(postgres.pid, OTHER_CORE);
  const program = new Program(
    new URL('programs/usage.mjs', import.meta.url),
    `${postgres.url}/postgres`,
  );
  try {
    pin(program.pid, MEASURED_CORE);
    await program.ask({ task: 'prepare' });
    const samples = { fold: [], keep: [] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const task of Object.keys(samples)) {
        const sample = await program.ask({ task, seconds: SECONDS });
        // The first round warms up.
        if (round > 0) samples[task].push(sample);
      }
    }
    const fold = Object.entries(samples).map(([task, taken]) => ({
      task,
      perSecond: median(taken.map(s => s.perSecond)),
      cpuMicros: median(taken.map(s => s.cpuMicros)),
    }));
    const { calls } = await program.ask({ task: 'fill', days: DAYS });
    const reports = [];
    for (const groupBy of GROUPS) {
      const report = await program.ask({
        task: 'report',
        days: DAYS,
        groupBy,
        times: TIMES,
      });
      if (report.calls !== calls) {
        throw new Error(`${report.calls} of ${calls} calls are reported`);
      }
      reports.push({ groupBy: groupBy ?? 'everything', ...report });
    }
    return { fold, reports };
  } finally {
    program.stop();
    await postgres.stop();
  }
}
