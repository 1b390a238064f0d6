/** For tests: keeps cookies by path, follows nothing by itself, fills in forms. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();
  readonly #headers: Record<string, string>;

  constructor(headers: Record<string, string> = {}) {
    this.#headers = headers;
  }

  async get(url: string): Promise<Response> {
    return this.send(url, {});
  }

  async post(url: string, fields: Record<string, string>): Promise<Response> {
    return this.send(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
  }

  async send(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...this.#headers,
        cookie: this.#cookiesFor(pathname),
        ...(init.headers as Record<string, string>),
      },
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  /** Follows redirects until a page, or an address that does not begin with `stay`. */
  async follow(
    response: Response,
    stay: string,
  ): Promise<{ url: string; response?: Response }> {
    let current = response;
    let url = response.url;
    while (current.headers.get('location')) {
      url = new URL(current.headers.get('location') as string, url).href;
      if (!url.startsWith(stay)) return { url };
      current = await this.get(url);
    }
    return { url, response: current };
  }

  cookies(): string[] {
    return [...this.#cookies].map(
      ([name, { path }]) => `${name.split(' ')[0]} ${path}`,
    );
  }

  #cookiesFor(pathname: string): string {
    return [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name.split(' ')[0]}=${value}`)
      .join('; ');
  }

  #keep(cookie: string): void {
    const [pair, ...attributes] = cookie.split('; ');
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut);
    const value = pair.slice(cut + 1);
    const path =
      attributes.find(a => /^path=/i.test(a))?.slice('path='.length) ?? '/';
    const expires = attributes.find(a => /^expires=/i.test(a))?.slice(8);
    if (value && (!expires || new Date(expires) > new Date())) {
      this.#cookies.set(`${name} ${path}`, { value, path });
    } else {
      this.#cookies.delete(`${name} ${path}`);
    }
  }
}
