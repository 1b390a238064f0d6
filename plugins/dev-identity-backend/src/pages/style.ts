import { createHash } from 'node:crypto';
import { trusted } from './html';

/** The colours of the web interface's theme (packages/app/src/theme/tokens.css). */
const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f7f7fa; --card: #fff; --text: #17181f; --muted: #5a5d6b;
  --line: #e3e3ea; --edge: #80838f; --accent: #4f43c8; --accent-hover: #4035ad;
  --on-accent: #fff; --error: #991919; --error-ground: #fde0e0;
  --note: #8a4300; --note-ground: #fdeccf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101116; --card: #181a20; --text: #f0f1f5; --muted: #a9adba;
    --line: #2d3039; --edge: #747886; --accent: #a89ffa; --accent-hover: #bdb6fc;
    --on-accent: #15122e; --error: #ffa9a9; --error-ground: #3d1416;
    --note: #f6c27a; --note-ground: #3a2406;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem;
}
header { display: flex; align-items: center; gap: .625rem; margin-bottom: 1.5rem; font-weight: 600; }
header small { margin-left: auto; font-weight: 400; color: var(--muted); }
header rect { fill: var(--accent); }
header path { fill: var(--on-accent); }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.3; overflow-wrap: anywhere; }
h1 + p { margin-top: .25rem; color: var(--muted); }
p, ul { margin: 1rem 0; overflow-wrap: anywhere; }
ul { padding-left: 1.25rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 500; }
input {
  width: 100%; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--page); border: 1px solid var(--edge); border-radius: .375rem;
}
.actions { display: flex; gap: .75rem; margin-top: 1.5rem; }
button {
  flex: 1; min-height: 2.75rem; padding: .5rem 1rem; font: inherit; font-weight: 500;
  color: var(--text); background: transparent; border: 1px solid var(--edge);
  border-radius: .375rem; cursor: pointer;
}
button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.alert, .note { padding: .75rem; border-radius: .375rem; }
.alert { color: var(--error); background: var(--error-ground); }
.note { color: var(--note); background: var(--note-ground); }
.hint { font-size: .875rem; color: var(--muted); }
`;

/** To the byte what the hash below is of. */
export const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);

/** Allows exactly this style in the content security policy. */
export const STYLE_HASH = `'sha256-${createHash('sha256')
  .update(STYLE)
  .digest('base64')}'`;
