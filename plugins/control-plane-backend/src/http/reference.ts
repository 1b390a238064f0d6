import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Router } from 'express';
import { dirname } from 'node:path/posix';

/** The page carries nothing of ours and calls nobody else; Swagger UI styles elements by attribute. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The contract as a page to read and to try, by Swagger UI: `/`, relative to where it is mounted, beside `openapi.json`. */
export function referenceRouter(): Router {
  const folder = resolvePackagePath('swagger-ui-dist');
  const router = Router();
  router.get('/', function page(request, response) {
    response
      .setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
      .type('html')
      .send(pageAt(request.baseUrl));
  });
  router.get('/start.js', function start(request, response) {
    response.type('js').send(startAt(request.baseUrl));
  });
  for (const asset of ASSETS) {
    router.get(`/${asset}`, function file(_request, response) {
      response.sendFile(asset, { root: folder, maxAge: '1d' });
    });
  }
  return router;
}

function pageAt(base: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>STOA API reference</title>
<link rel="icon" href="${base}/favicon-32x32.png">
<link rel="stylesheet" href="${base}/swagger-ui.css">
<style>body { margin: 0 }</style>
</head>
<body>
<main id="reference"></main>
<noscript>The contract itself is at <a href="${dirname(
    base,
  )}/openapi.json">openapi.json</a>.</noscript>
<script src="${base}/swagger-ui-bundle.js"></script>
<script src="${base}/start.js"></script>
</body>
</html>
`;
}

function startAt(base: string): string {
  return `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({
  url: '${dirname(base)}/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;
}
