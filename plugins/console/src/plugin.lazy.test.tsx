const consoleLoaded = jest.fn();
jest.mock('@backstage/ui', () => {
  consoleLoaded('@backstage/ui');
  return jest.requireActual('@backstage/ui');
});
jest.mock('./ConsoleRouter', () => {
  consoleLoaded('./ConsoleRouter');
  return { ConsoleRouter: () => null };
});

describe('the entry of the console', () => {
  it('loads no page and no component until one is opened', async () => {
    const { default: plugin, consoleTranslations } = await import('./index');
    expect(plugin.getExtension('page:console')).toBeDefined();
    expect(consoleTranslations.id).toBe('console');
    expect(consoleLoaded).not.toHaveBeenCalled();
  });
});
