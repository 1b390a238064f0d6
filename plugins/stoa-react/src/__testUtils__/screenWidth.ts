const DESKTOP_PX = 1280;
let width = DESKTOP_PX;
const listeners = new Set<() => void>();

/** jsdom has no layout: `min-width` queries are answered from a width that tests set. */
export function installScreen(): void {
  window.matchMedia = query => {
    const least = Number(/min-width:\s*(\d+)/.exec(query)?.[1] ?? Infinity);
    return {
      get matches() {
        return width >= least;
      },
      media: query,
      onchange: null,
      addEventListener: (_: string, listener: () => void) =>
        listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) =>
        listeners.delete(listener),
      addListener: () => {},
      removeListener: () => {},
      dispatchEvent: () => false,
    } as unknown as MediaQueryList;
  };
}

export function setScreenWidth(px: number): void {
  width = px;
  for (const listener of listeners) listener();
}
