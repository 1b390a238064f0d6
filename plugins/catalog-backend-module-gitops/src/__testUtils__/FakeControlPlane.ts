import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { Request, Response, Router } from 'express';

/** The feed of the control plane for tests: it says what the test lets it say. */
export class FakeControlPlane {
  readonly queries: Request['query'][] = [];
  #stream: Response | undefined;
  #seq = 0;

  /** What each new connection is told, in order. */
  onConnect: (feed: FakeControlPlane) => void = () => {};

  readonly plugin = createBackendPlugin({
    pluginId: 'control-plane',
    register: ({ registerInit }) => {
      registerInit({
        deps: {
          httpAuth: coreServices.httpAuth,
          httpRouter: coreServices.httpRouter,
        },
        init: async ({ httpAuth, httpRouter }) => {
          const router = Router();
          router.get('/v1/feed', async (req, res) => {
            await httpAuth.credentials(req, { allow: ['service'] });
            this.queries.push(req.query);
            this.#stream = res;
            res.writeHead(200, { 'content-type': 'text/event-stream' });
            this.onConnect(this);
          });
          httpRouter.use(router);
        },
      });
    },
  });

  reset(): void {
    this.#stream?.write('event: reset\n\n');
  }

  put(value: Entity, key: string = stringifyEntityRef(value)): void {
    this.#item({ kind: 'entity', op: 'put', key, value });
  }

  delete(key: string): void {
    this.#item({ kind: 'entity', op: 'delete', key });
  }

  synced(): void {
    this.#stream?.write(`event: synced\ndata: {"seq": ${this.#seq}}\n\n`);
  }

  /** Ends the connection in the middle of whatever it was saying. */
  cut(): void {
    this.#stream?.destroy();
  }

  #item(data: unknown): void {
    this.#seq += 1;
    this.#stream?.write(
      `event: item\nid: ${this.#seq}\ndata: ${JSON.stringify(data)}\n\n`,
    );
  }
}
