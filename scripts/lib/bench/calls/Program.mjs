import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of `programs/`, in a process of its own that ends with this one. */
export class Program {
  #child;
  #ended;

  constructor(name, ...args) {
    const file = fileURLToPath(
      new URL(`programs/${name}.mjs`, import.meta.url),
    );
    this.#child = fork(file, args, {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    this.#ended = new Promise((_, reject) => {
      this.#child.once('close', code =>
        reject(new Error(`${name} ended with ${code}`)),
      );
    });
    // It ends at `stop` as well, when nobody waits for it.
    this.#ended.catch(() => {});
  }

  get pid() {
    return this.#child.pid;
  }

  /** Address of a program that serves, once it does; to be asked for at once. */
  async origin() {
    const { port } = await this.#next();
    return `http://127.0.0.1:${port}`;
  }

  /** Sends a message, and resolves to the answer. */
  async ask(message = {}) {
    const answer = this.#next();
    this.#child.send(message);
    return answer;
  }

  stop() {
    this.#child.kill();
  }

  async #next() {
    const [message] = await Promise.race([
      once(this.#child, 'message'),
      this.#ended,
    ]);
    return message;
  }
}
