import { notFound } from '@stoa/plugin-stoa-common';
import { GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Actor } from '../database/UnitOfWork';
import { apiFolder, toolSetPath } from '../projector/paths';
import { ApiCommits } from './ApiCommits';
import { ApiEnding } from './ApiEnding';
import { ApiRecord, ApiStore } from './ApiStore';
import { checkIfMatch } from './checks';

/** Takes APIs out of Git, and with that out of everything but the audit and the usage. */
export class ApiRemoval {
  constructor(
    readonly deps: {
      readonly repository: GitOpsRepository;
      readonly commits: ApiCommits;
      readonly apis: ApiStore;
      readonly ending: ApiEnding;
    },
  ) {}

  /**
   * Throws `stoa.api.in_use` while somebody is subscribed or can call it, and while
   * tools are made from it, unless `force`: then it is retired, so that nothing new
   * begins, what hangs on it is ended, and its ToolSets go with it. A force that
   * failed on the way can be asked again.
   */
  async remove(
    actor: Actor,
    tenantId: string,
    apiId: string,
    how: { readonly ifMatch?: string; readonly force: boolean },
  ): Promise<void> {
    const { apis, commits, ending, repository } = this.deps;
    let api = await apis.get(tenantId, apiId);
    if (!api) throw notFound('API');
    checkIfMatch(api, how.ifMatch);
    if (!how.force) await ending.refuseInUse(api);
    else api = await this.#end(actor, api);
    const toolSets = how.force ? await ending.toolSets(api) : [];
    const folder = apiFolder(tenantId, apiId);
    const files = await repository.list(api.commit, folder);
    const kept = api;
    await commits.write(actor, tenantId, apiId, {
      action: 'stoa.api.delete',
      message: `Delete ${apiId}`,
      changes: [
        ...files.map(({ path }) => ({ path })),
        ...toolSets.map(id => ({ path: toolSetPath(tenantId, id) })),
      ],
      expect: api.treeId,
      guard: trx =>
        how.force
          ? ending.refuseLeft(kept, trx)
          : ending.refuseInUse(kept, trx),
    });
  }

  async #end(actor: Actor, api: ApiRecord): Promise<ApiRecord> {
    const { commits, ending } = this.deps;
    const retired =
      api.status === 'retired'
        ? api
        : await commits.edit(actor, api, {
            action: 'stoa.api.delete',
            message: `Retire ${api.apiId} ${api.version}`,
            spec: { status: 'retired' },
          });
    await ending.end(actor, retired, 'The API was deleted.');
    return retired;
  }
}
