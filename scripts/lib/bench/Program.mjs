import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program of a `programs/` folder, in a process of its own that ends with this one. */
export class Program {
  #child;
  #answers = new EventEmitter();
  #ended;

  /** @param {URL} url of its file */
  constructor(url, ...args) {
    const file = fileURLToPath(url);
    this.#child = fork(file, args, {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    this.#child.on('message', message => {
      // Backstage's loader tells of each file that it reads.
      if (message.type !== 'watch') this.#answers.emit('answer', message);
    });
    this.#ended = new Promise((_, reject) => {
      this.#child.once('close', code =>
        reject(new Error(`${basename(file)} ended with ${code}`)),
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
      once(this.#answers, 'answer'),
      this.#ended,
    ]);
    return message;
  }
}
