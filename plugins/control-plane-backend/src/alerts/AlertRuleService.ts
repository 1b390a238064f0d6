import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { DiallerService, Sealer } from '@stoa/plugin-stoa-node';
import { v7 as uuid } from 'uuid';
import { ApiStore } from '../apis/ApiStore';
import { checkIfMatch, invalid } from '../apis/checks';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { TenantStore } from '../tenants/TenantStore';
import { checkUrl } from '../webhooks/checkUrl';
import { AlertRule, AlertRuleFields, AlertRuleStore } from './AlertRuleStore';

type Input = Schema<'AlertRuleInput'>;

/** How many rules a tenant may have. */
const MAX_PER_TENANT = 100;
/** Metrics that are parts of a hundred. */
const PERCENT: ReadonlySet<string> = new Set(['error_rate', 'quota_used']);
/** Quotas are those of a day and of a month. */
const QUOTA_WINDOWS: ReadonlySet<string> = new Set(['24h', '30d']);

/** What members of a tenant do with its rules. Everything throws `stoa.not_found` for what is not theirs. */
export class AlertRuleService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly rules: AlertRuleStore;
      readonly tenants: TenantStore;
      readonly apis: ApiStore;
      readonly sealer: Sealer;
      readonly dialler: DiallerService;
    },
  ) {}

  async get(tenantId: string, id: string): Promise<AlertRule> {
    const { sealedUrl: _, ...rule } = await this.#kept(tenantId, id);
    return rule;
  }

  /** Throws `stoa.validation` naming the field, `stoa.tenant.quota_exceeded` for one too many. */
  async create(
    actor: Actor,
    tenantId: string,
    input: Input,
  ): Promise<AlertRule> {
    const { rules, unitOfWork } = this.deps;
    await this.deps.tenants.active(tenantId);
    const id = uuid();
    const fields = await this.#fieldsOf(tenantId, id, input);
    await unitOfWork.run(actor, async tx => {
      // Two that come at once are counted one after the other.
      await tx.db('tenants').where({ id: tenantId }).forUpdate().first('id');
      if ((await rules.count(tenantId, tx.db)) >= MAX_PER_TENANT) {
        throw new StoaError(
          'stoa.tenant.quota_exceeded',
          `The tenant may have ${MAX_PER_TENANT} alert rules. Delete one first.`,
        );
      }
      const { subject } = actor.principal;
      await rules.create(tx.db, tenantId, id, subject, fields);
      await audit(tx, tenantId, id, 'create', fields);
    });
    return this.get(tenantId, id);
  }

  /** Changes all of it. `ifMatch` is the ETag that was read: missing is 428, stale 412. */
  async update(
    actor: Actor,
    tenantId: string,
    id: string,
    input: Input,
    ifMatch: string | undefined,
  ): Promise<AlertRule> {
    const { rules, unitOfWork } = this.deps;
    const kept = await this.#kept(tenantId, id);
    checkIfMatch(taggable(kept), ifMatch);
    await this.deps.tenants.active(tenantId);
    const fields = await this.#fieldsOf(tenantId, id, input, kept);
    await unitOfWork.run(actor, async tx => {
      if (!(await rules.update(tx.db, tenantId, id, kept.version, fields)))
        throw changedMeanwhile();
      await audit(tx, tenantId, id, 'update', fields);
    });
    return this.get(tenantId, id);
  }

  async remove(
    actor: Actor,
    tenantId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const kept = await this.#kept(tenantId, id);
    checkIfMatch(taggable(kept), ifMatch);
    await this.deps.unitOfWork.run(actor, async tx => {
      if (!(await this.deps.rules.remove(tx.db, tenantId, id, kept.version)))
        throw changedMeanwhile();
      await audit(tx, tenantId, id, 'delete');
    });
  }

  async #kept(tenantId: string, id: string) {
    const rule = await this.deps.rules.get(tenantId, id);
    if (!rule) throw notFound('alert rule');
    return rule;
  }

  async #fieldsOf(
    tenantId: string,
    id: string,
    input: Input,
    kept?: AlertRule & { readonly sealedUrl?: string },
  ): Promise<AlertRuleFields> {
    checkMetric(input);
    if (
      input.api_id !== undefined &&
      !(await this.deps.apis.get(tenantId, input.api_id))
    ) {
      throw invalid('api_id', 'is not an API of the tenant');
    }
    return {
      name: input.name.trim(),
      metric: input.metric,
      threshold: input.threshold,
      window: input.window,
      apiId: input.api_id,
      environment: input.environment,
      enabled: input.enabled ?? true,
      ...(await this.#targetOf(tenantId, id, input.target, kept)),
    };
  }

  /** An address is a secret by itself: it is sealed, and only its host shown. */
  async #targetOf(
    tenantId: string,
    id: string,
    target: Input['target'],
    kept?: AlertRule & { readonly sealedUrl?: string },
  ): Promise<Pick<AlertRuleFields, 'target' | 'sealedUrl'>> {
    const { channel, role, url } = target;
    if (channel !== 'slack') {
      if (url !== undefined)
        throw invalid('target.url', 'must be left out for this channel');
      return { target: { channel, role: role ?? 'tenant-admin' } };
    }
    if (role !== undefined)
      throw invalid('target.role', 'must be left out for this channel');
    if (url === undefined) {
      if (kept?.sealedUrl === undefined)
        throw invalid('target.url', 'must be given for this channel');
      return { target: kept.target, sealedUrl: kept.sealedUrl };
    }
    await checkUrl(this.deps.dialler, tenantId, 'target.url', url);
    return {
      target: { channel, host: new URL(url).host },
      sealedUrl: await this.deps.sealer.seal(url, `alert-rule:${id}`),
    };
  }
}

/** What `checkIfMatch` and `etagOf` take for the state of a row. */
export function taggable(row: { readonly version: number }): {
  treeId: string;
} {
  return { treeId: String(row.version) };
}

function checkMetric({ metric, threshold, window }: Input): void {
  if (PERCENT.has(metric) && threshold > 100)
    throw invalid('threshold', 'must be at most 100, as it is a percentage');
  if (metric === 'quota_used' && !QUOTA_WINDOWS.has(window))
    throw invalid('window', 'must be 24h or 30d for a quota');
  if (metric !== 'quota_used' && window === '30d')
    throw invalid('window', 'must be 24h at the most for this metric');
}

export function changedMeanwhile(): StoaError {
  return new StoaError(
    'stoa.precondition_failed',
    'It was changed since you read it. Read it again, then change it.',
  );
}

async function audit(
  tx: Tx,
  tenantId: string,
  id: string,
  verb: 'create' | 'update' | 'delete',
  fields?: AlertRuleFields,
): Promise<void> {
  const { sealedUrl: _, ...details } = fields ?? {};
  await tx.audit({
    tenantId,
    action: `stoa.alert.${verb}`,
    resource: `alert-rule:${id}`,
    outcome: 'success',
    details,
  });
}
