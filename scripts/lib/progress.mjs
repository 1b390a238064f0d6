const interactive = process.stdout.isTTY && !process.env.CI;
const started = Date.now();

/** Seconds since a moment, written the way people read it. */
export function since(moment = started) {
  const seconds = (Date.now() - moment) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/**
 * Does one piece of work under a label: on a terminal the elapsed time runs
 * while the work does, elsewhere the label and the result are two lines.
 */
export async function step(label, work) {
  const begin = Date.now();
  const show = () => process.stdout.write(`\r  … ${label}  ${since(begin)} `);
  if (!interactive) process.stdout.write(`  … ${label}\n`);
  const timer = interactive && (show(), setInterval(show, 500));
  const end = mark => {
    if (timer) clearInterval(timer);
    process.stdout.write(
      `${interactive ? '\r\x1b[K' : ''}  ${mark} ${label}  ${since(begin)}\n`,
    );
  };
  try {
    const result = await work();
    end('✓');
    return result;
  } catch (error) {
    end('✗');
    throw error;
  }
}
