import { useWords } from './useWords';

/** A sentence of the server's in the reader's language, or in the server's own, marked as such. */
export function Said({ text }: { readonly text: string }) {
  const words = useWords();
  const translated = words.said(text);
  return translated === undefined ? (
    <span lang="en">{text}</span>
  ) : (
    <>{translated}</>
  );
}
