/** The few cookies of one sign-in, each sent to the paths it was set for. */
export class CookieJar {
  #cookies = new Map();

  /** Takes over what a response sets and removes. */
  keep(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map(part => part.trim());
      const [name, value] = splitAt(pair, '=');
      const path =
        attributes.find(a => /^path=/i.test(a))?.slice('path='.length) ?? '/';
      const key = `${name};${path}`;
      if (value === '' || isExpired(attributes)) this.#cookies.delete(key);
      else this.#cookies.set(key, { name, value, path });
    }
  }

  /** The `Cookie` header for an address. */
  header(url) {
    const { pathname } = new URL(url);
    return [...this.#cookies.values()]
      .filter(
        ({ path }) => pathname === path || pathname.startsWith(withSlash(path)),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

function splitAt(text, separator) {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

function isExpired(attributes) {
  const expires = attributes.find(a => /^expires=/i.test(a));
  return (
    expires !== undefined && Date.parse(splitAt(expires, '=')[1]) <= Date.now()
  );
}

function withSlash(path) {
  return path.endsWith('/') ? path : `${path}/`;
}
