const loaded = jest.fn();
jest.mock('@backstage/ui', () => {
  loaded('@backstage/ui');
  return jest.requireActual('@backstage/ui');
});
jest.mock('./ConsoleRouter', () => {
  loaded('./ConsoleRouter');
  return { ConsoleRouter: () => null };
});

describe('the entry of the console', () => {
  it('loads no page and no component until one is opened', async () => {
    const { default: plugin, consoleTranslations } = await import('./index');
    expect(plugin.getExtension('page:console')).toBeDefined();
    expect(consoleTranslations.id).toBe('console');
    expect(loaded).not.toHaveBeenCalled();
  });
});

export {};
