import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10; // USER_HZ of Linux is 100 on every platform that Node has.

/** CPU time of a process so far, all of its threads, in milliseconds (proc(5), stat). */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything; fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Whoever is measured has the first core to itself; everybody else shares the other one. */
export const [MEASURED_CORE, OTHER_CORE] = [0, 1];

/** Lets a process, with all of its threads and what it forks later, run on one core only. */
export function pin(pid, core) {
  const { status, stderr } = spawnSync('taskset', ['-acp', core, pid]);
  if (status !== 0) throw new Error(`taskset: ${stderr}`);
}

/** The process below `parent` whose command line contains `text`. */
export function findChild(parent, text) {
  for (const name of readdirSync('/proc').filter(n => /^\d+$/.test(n))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const ppid = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (Number(ppid) === parent && command.includes(text)) {
        return Number(name);
      }
    } catch (error) {
      // It has ended since the folder was listed.
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  throw new Error(`no process "${text}" below ${parent}`);
}
