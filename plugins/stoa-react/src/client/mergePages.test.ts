import { mergePages } from './mergePages';
import { Problem } from './Problem';
import { Pages } from './usePages';

const BROKEN = new Problem({
  code: 'stoa.unavailable',
  message: 'Gone',
  status: 503,
});

function pages(changes: Partial<Pages<number>>): Pages<number> {
  return {
    data: undefined,
    loading: false,
    hasMore: false,
    more: jest.fn(),
    reload: jest.fn(),
    ...changes,
  };
}

const ascending = (a: number, b: number) => a - b;

describe('mergePages', () => {
  it('sorts both into one list, once both are there', () => {
    const left = pages({ data: [5, 1] });
    const right = pages({ data: [3] });
    expect(mergePages(left, right, ascending).data).toEqual([1, 3, 5]);
    const waiting = mergePages(left, pages({ loading: true }), ascending);
    expect(waiting.data).toBeUndefined();
    expect(waiting.loading).toBe(true);
  });

  it('shows one while the other is broken, and says so', () => {
    const left = pages({ error: BROKEN });
    const merged = mergePages(left, pages({ data: [3] }), ascending);
    expect(merged.data).toEqual([3]);
    expect(merged.error).toBe(BROKEN);
  });

  it('asks for more where there is more', () => {
    const left = pages({ data: [], hasMore: true });
    const right = pages({ data: [] });
    const merged = mergePages(left, right, ascending);
    expect(merged.hasMore).toBe(true);
    merged.more();
    merged.reload();
    expect(left.more).toHaveBeenCalledTimes(1);
    expect(right.more).not.toHaveBeenCalled();
    expect(left.reload).toHaveBeenCalledTimes(1);
    expect(right.reload).toHaveBeenCalledTimes(1);
  });
});
