import { auditVerify } from './auditVerify.mjs';
import { doctor } from './doctor.mjs';
import { token } from './token.mjs';

const COMMANDS = { doctor, 'audit verify': auditVerify, token };

const USAGE = `usage: stoa COMMAND

  doctor [--json]            asks everything the platform leans on whether it works, and says what to set
  audit verify [TENANT...]   checks that no entry of the audit was changed, moved or taken out; of all by default
  token ACCOUNT [--resource URL] [--scope SCOPES]
                             an access token of the embedded issuer, on the standard output and nowhere else

The platform is the one that runs on this machine: --data-dir DIR, --port PORT, and --account ACCOUNT for who asks
(an administrator of the platform by default). For another, set STOA_URL and STOA_TOKEN.
`;

/**
 * The command line. Failures that a person can act on are thrown as `Refusal`.
 *
 * @param {readonly string[]} args what follows `stoa`
 * @returns {Promise<number>} the exit code: 1 when what was asked about is not well, 2 when nothing was asked
 */
export async function stoa(args) {
  const name = Object.keys(COMMANDS).find(known =>
    known.split(' ').every((word, i) => args[i] === word),
  );
  if (name) return COMMANDS[name](args.slice(name.split(' ').length));
  const asked = args.some(arg => arg === '--help' || arg === '-h');
  (asked ? process.stdout : process.stderr).write(USAGE);
  return asked ? 0 : 2;
}
