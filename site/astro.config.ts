import cloudflare from '@astrojs/cloudflare'
import { defineConfig } from 'astro/config'

export default defineConfig({
  srcDir: '.',
  output: 'server',
  // Sessions of our own (worker/access); Astro's would ask for another KV namespace.
  session: false,
  outDir: '../dist',
  adapter: cloudflare({ configPath: '../wrangler.toml', imageService: 'passthrough' }),
  security: {
    // Pages send `no-referrer`, so browsers give a form's Origin as "null": site/middleware.ts asks Sec-Fetch-Site.
    checkOrigin: false,
    // All styles and scripts are files of our own origin: no `unsafe-*`, and no third party, ever.
    csp: {
      directives: [
        "default-src 'none'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ],
      styleDirective: { resources: ["'self'"] },
      scriptDirective: { resources: ["'self'"] },
    },
  },
  build: { inlineStylesheets: 'never' },
  vite: { build: { assetsInlineLimit: 0 } },
  devToolbar: { enabled: false },
  markdown: { syntaxHighlight: false },
})
