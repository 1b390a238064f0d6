const portalLoaded = jest.fn();
jest.mock('@backstage/ui', () => {
  portalLoaded('@backstage/ui');
  return jest.requireActual('@backstage/ui');
});
jest.mock('./PortalRouter', () => {
  portalLoaded('./PortalRouter');
  return { PortalRouter: () => null };
});

describe('the entry of the portal', () => {
  it('loads no page and no component until one is opened', async () => {
    const { default: plugin, portalTranslations } = await import('./index');
    expect(plugin.getExtension('page:portal')).toBeDefined();
    expect(portalTranslations.id).toBe('portal');
    expect(portalLoaded).not.toHaveBeenCalled();
  });
});
