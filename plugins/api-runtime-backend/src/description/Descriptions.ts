import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  ApiDescription,
  ControlPlaneClient,
  Route,
} from '@stoa/plugin-stoa-node';
import { LRUCache } from 'lru-cache';
import { OperationTable } from './OperationTable';

/** Characters of all descriptions that are kept. */
const MAX_SIZE = 128 * 1024 * 1024;
/** Milliseconds before a question that failed is asked again. */
const PAUSE_MS = 1_000;

/** What the definitions of deployed APIs say, asked of the control plane once for each deployment. */
export class Descriptions {
  readonly #controlPlane: Pick<ControlPlaneClient, 'description'>;
  readonly #logger: LoggerService;
  readonly #known = new LRUCache<string, OperationTable>({
    maxSize: MAX_SIZE,
    sizeCalculation: table => table.size,
  });
  readonly #asking = new Map<string, Promise<OperationTable>>();

  constructor(options: {
    controlPlane: Pick<ControlPlaneClient, 'description'>;
    logger: LoggerService;
  }) {
    this.#controlPlane = options.controlPlane;
    this.#logger = options.logger;
  }

  /** Throws `stoa.unavailable` while nobody can tell. */
  async of({ deploymentId, key }: Route): Promise<OperationTable> {
    const known = this.#known.get(deploymentId);
    if (known) return known;
    let asking = this.#asking.get(deploymentId);
    if (!asking) {
      asking = this.#ask(deploymentId, key);
      this.#asking.set(deploymentId, asking);
    }
    return asking;
  }

  async #ask(deploymentId: string, key: string): Promise<OperationTable> {
    let pause = 0;
    try {
      const answer = await this.#controlPlane.description(deploymentId);
      const table = new OperationTable(answer as ApiDescription);
      this.#known.set(deploymentId, table);
      return table;
    } catch (error) {
      pause = PAUSE_MS;
      this.#logger.warn(
        `The definition of ${key} is not known: ${stringifyError(error)}`,
      );
      throw new StoaError(
        'stoa.unavailable',
        'The definition of this API cannot be read at the moment.',
        { cause: error },
      );
    } finally {
      setTimeout(() => this.#asking.delete(deploymentId), pause).unref();
    }
  }
}
