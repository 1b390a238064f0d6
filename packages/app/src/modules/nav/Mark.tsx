/** Our mark: a colonnade, which is what a stoa is. */
export function Mark(props: { readonly size: number }) {
  return (
    <svg
      width={props.size}
      height={props.size}
      viewBox="0 0 32 32"
      aria-hidden
      focusable="false"
    >
      <rect width="32" height="32" rx="7" fill="var(--bui-accent-bg)" />
      <g fill="var(--bui-accent-fg)">
        <path d="M6 10.5 16 5l10 5.5V13H6z" />
        <path d="M8 15h3v8H8zM14.5 15h3v8h-3zM21 15h3v8h-3z" />
        <path d="M6 24.5h20V27H6z" />
      </g>
    </svg>
  );
}
