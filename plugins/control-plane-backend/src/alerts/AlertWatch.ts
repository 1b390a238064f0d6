import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { Schema } from '@stoa/plugin-stoa-common';
import { v7 as uuid } from 'uuid';
import { systemActor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { now } from '../database/values';
import { AlertRule, toRule } from './AlertRuleStore';
import { toAlert } from './AlertStore';
import { measure } from './measure';

/** Whom an alert tells whose rule is gone. */
const NO_RULE: AlertRule['target'] = { channel: 'notification' };

/** Measures what rules watch; raises an alert when it is reached, and clears it when it is no more, each once. */
export class AlertWatch {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly logger: LoggerService;
    },
  ) {}

  /** One round over all rules. What fails is tried in the next one. */
  async run(): Promise<void> {
    const { knex } = this.deps.unitOfWork;
    const rows = await knex('alert_rules as r')
      .join('tenants as t', 't.id', 'r.tenant_id')
      .where({ 'r.enabled': true, 't.status': 'active' })
      .select('r.*');
    const rules = new Map<string, AlertRule>(
      rows.map((row: any) => [row.id, toRule(row)]),
    );
    const raised = await knex('alerts').where({ status: 'raised' });
    const open = new Map<string, Schema<'Alert'>>(
      raised.map((row: any) => [row.rule_id, toAlert(row)]),
    );
    for (const [id, alert] of open) {
      // Nobody watches it any more.
      if (!rules.has(id))
        await this.#try(id, () => this.#clear(alert, NO_RULE));
    }
    for (const rule of rules.values()) {
      await this.#try(rule.id, () => this.#watch(rule, open.get(rule.id)));
    }
  }

  async #watch(
    rule: AlertRule,
    open: Schema<'Alert'> | undefined,
  ): Promise<void> {
    const value = await measure(this.deps.unitOfWork.knex, rule);
    const reached = value !== undefined && value >= rule.threshold;
    if (reached && !open) await this.#raise(rule, value);
    if (!reached && open) await this.#clear(open, rule.target);
  }

  async #raise(rule: AlertRule, value: number): Promise<void> {
    const { unitOfWork } = this.deps;
    const id = uuid();
    await unitOfWork.run(systemActor('alerts', id), async tx => {
      const [row] = await tx
        .db('alerts')
        .insert({
          id,
          tenant_id: rule.tenant_id,
          rule_id: rule.id,
          name: rule.name,
          metric: rule.metric,
          threshold: rule.threshold,
          value: Math.round(value * 100) / 100,
          api_id: rule.api_id ?? null,
          environment: rule.environment ?? null,
          status: 'raised',
          raised_at: now(),
        })
        // Another process was first.
        .onConflict()
        .ignore()
        .returning('*');
      if (row) await tell(tx, toAlert(row), rule.target, 1);
    });
  }

  async #clear(
    alert: Schema<'Alert'>,
    target: AlertRule['target'],
  ): Promise<void> {
    const { unitOfWork } = this.deps;
    await unitOfWork.run(systemActor('alerts', alert.id), async tx => {
      const [row] = await tx
        .db('alerts')
        .where({ id: alert.id, tenant_id: alert.tenant_id, status: 'raised' })
        .update({ status: 'cleared', cleared_at: now() })
        .returning('*');
      if (row) await tell(tx, toAlert(row), target, 2);
    });
  }

  async #try(ruleId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.deps.logger.warn(
        `The alert rule ${ruleId} could not be watched: ${stringifyError(
          error,
        )}`,
      );
    }
  }
}

async function tell(
  tx: Tx,
  alert: Schema<'Alert'>,
  target: AlertRule['target'],
  version: number,
): Promise<void> {
  await tx.event({
    topic: 'notifications',
    type: alert.status === 'raised' ? 'alert-raised' : 'alert-cleared',
    tenantId: alert.tenant_id,
    aggregate: `alert:${alert.id}`,
    aggregateVersion: version,
    payload: { ...alert, target },
  });
}
