import cloudflare from '@astrojs/cloudflare'
import { defineConfig } from 'astro/config'

export default defineConfig({
  srcDir: '.',
  output: 'server',
  outDir: '../dist',
  adapter: cloudflare({ configPath: '../wrangler.toml', imageService: 'passthrough' }),
})
