const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Not for a caller to say: they are the connection's, the gateway's, or carry credentials. */
const REFUSED = new Set([
  // OpenAPI: described elsewhere than among the parameters, where they are ignored.
  'accept',
  'authorization',
  'content-type',
  // For one connection (RFC 9110 §7.6.1), or how the message is framed.
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Credentials.
  'cookie',
  'cookie2',
  'set-cookie',
  'x-api-key',
  // What backends believe of their caller, or of the address asked for.
  'cf-connecting-ip',
  'forwarded',
  'max-forwards',
  'remote-user',
  'true-client-ip',
  'via',
  'x-auth-request-user',
  'x-authenticated-user',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-forwarded',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-real-ip',
  'x-remote-user',
  'x-request-id',
  'x-rewrite-url',
]);
const REFUSED_PREFIXES = ['x-forwarded-', 'x-stoa-', 'x-user-'];

/** OpenAPI 3.1 §4.8.12: header parameters of these names are to be ignored. */
export function isIgnoredHeader(name: string): boolean {
  return /^(accept|authorization|content-type)$/i.test(name);
}

/** Whether whoever calls a tool may say this header of the request to the backend. */
export function isCallerHeader(name: string): boolean {
  // Many servers cannot tell X_User_Id from X-User-Id.
  const plain = name.toLowerCase().replaceAll('_', '-');
  return (
    TOKEN.test(name) &&
    !REFUSED.has(plain) &&
    plain !== '--proto--' &&
    !REFUSED_PREFIXES.some(prefix => plain.startsWith(prefix))
  );
}
