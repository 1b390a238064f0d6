import { Text, ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CopyableCode, Section, useUrlState } from '@stoa/plugin-stoa-react';
import { useGatewayBase } from '../details/useApi';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { ServerDetails } from '../servers/useServer';
import { Client, CLIENTS, Step, stepsOf, Target, Way, WAYS } from './clients';
import styles from './connect.module.css';

const REACHES = ['server', 'all'] as const;
type Reach = (typeof REACHES)[number];

/** Ready-made configuration for a client: of this server alone, or of everything the reader may use. */
export function ConnectTab({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const base = useGatewayBase();
  const [client, setClient] = useChoice('client', CLIENTS);
  const [way, setWay] = useChoice('way', WAYS);
  const [reach, setReach] = useChoice('reach', REACHES);
  const target = targetOf(reach, server, base);
  return (
    <>
      <Section title={t('connect.title')}>
        <div className={styles.choices}>
          <Toggle
            label={t('connect.client')}
            options={CLIENTS}
            value={client}
            nameOf={name => name}
            onChange={setClient}
          />
          <Toggle
            label={t('connect.way')}
            options={WAYS}
            value={way}
            nameOf={name => t(`connect.${name}`)}
            onChange={setWay}
          />
          <Toggle
            label={t('connect.reach')}
            options={REACHES}
            value={reach}
            nameOf={name => t(`connect.${name}`)}
            onChange={setReach}
          />
        </div>
        <Text as="p" color="secondary">
          {t(`connect.${way}Hint`)}
        </Text>
        <CopyableCode label={t('connect.address')} code={target.url} />
      </Section>
      <Section title={client}>
        <Steps client={client} way={way} target={target} />
      </Section>
    </>
  );
}

function Steps(props: {
  readonly client: Client;
  readonly way: Way;
  readonly target: Target;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { client, way, target } = props;
  const captionOf = (step: Step) =>
    step.file ??
    (step.code === target.url ? t('connect.address') : t('connect.terminal'));
  return (
    <ol className={styles.steps}>
      {stepsOf(client, way, target).map(step => (
        <li key={step.say}>
          <Text as="p">{t(`step.${step.say}`)}</Text>
          {step.code && (
            <CopyableCode label={captionOf(step)} code={step.code} />
          )}
        </li>
      ))}
    </ol>
  );
}

function Toggle<T extends string>(props: {
  readonly label: string;
  readonly options: readonly T[];
  readonly value: T;
  readonly nameOf: (option: T) => string;
  readonly onChange: (option: T) => void;
}) {
  return (
    <div className={styles.choice}>
      <Text variant="body-small" color="secondary" aria-hidden>
        {props.label}
      </Text>
      <ToggleButtonGroup
        aria-label={props.label}
        className={styles.toggle}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[props.value]}
        onSelectionChange={keys => props.onChange([...keys][0] as T)}
      >
        {props.options.map(option => (
          <ToggleButton key={option} id={option} size="small">
            {props.nameOf(option)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}

/** One of a few values, held by the address; the first where it holds none of them. */
function useChoice<T extends string>(
  name: string,
  options: readonly T[],
): [T, (value: T) => void] {
  const [value, setValue] = useUrlState(name, options[0]);
  return [options.find(option => option === value) ?? options[0], setValue];
}

function targetOf(reach: Reach, server: ServerDetails, base: string): Target {
  return reach === 'all'
    ? { name: 'stoa', url: `${base}/mcp` }
    : { name: server.slug, url: `${base}${server.path}` };
}
