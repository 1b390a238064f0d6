import { NoticeKind, NoticeValues } from '../Notice';

/** How one notice reads, as plain text. */
export interface Text {
  /** One line. */
  readonly subject: string;
  readonly body: string;
}

/** Everything that is said in one language. */
export interface Words {
  readonly notices: Readonly<
    Record<NoticeKind, (values: NoticeValues) => Text>
  >;
  /** On the link that leads to the page. */
  readonly open: string;
  /** Below each e-mail. */
  readonly footer: string;
}
