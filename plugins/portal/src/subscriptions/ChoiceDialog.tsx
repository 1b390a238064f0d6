import { ReactNode, useState } from 'react';
import { Button, Radio, RadioGroup } from '@backstage/ui';
import { ConfirmDialog, useAction } from '@stoa/plugin-stoa-react';
import { newKey } from '../subscribe/newKey';

/** A button, and a dialog behind it that takes one choice before something is done. */
export function ChoiceDialog(props: {
  readonly action: string;
  readonly title: string;
  readonly hint: ReactNode;
  readonly question: string;
  readonly choices: readonly {
    readonly value: number;
    readonly label: string;
  }[];
  readonly preset: number;
  /** Gets an idempotency key that stays the same while the same is tried again. */
  readonly run: (value: number, idempotencyKey: string) => Promise<void>;
}) {
  const [asking, setAsking] = useState(false);
  const [choice, setChoice] = useState({ value: props.preset, key: '' });
  const choose = (value: number) => setChoice({ value, key: newKey() });
  const change = useAction(async () => {
    await props.run(choice.value, choice.key);
    setAsking(false);
  });
  return (
    <>
      <Button
        variant="secondary"
        onPress={() => {
          change.clear();
          choose(props.preset);
          setAsking(true);
        }}
      >
        {props.action}
      </Button>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={props.title}
        confirm={props.action}
        pending={change.pending}
        error={change.error}
        onConfirm={() => change.run()}
      >
        <div style={{ display: 'grid', gap: 'var(--bui-space-3)' }}>
          <div>{props.hint}</div>
          <RadioGroup
            label={props.question}
            value={String(choice.value)}
            onChange={value => choose(Number(value))}
          >
            {props.choices.map(({ value, label }) => (
              <Radio key={value} value={String(value)}>
                {label}
              </Radio>
            ))}
          </RadioGroup>
        </div>
      </ConfirmDialog>
    </>
  );
}
