/** How the app is built, served while developing, and tested. */
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import type { Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** PDFs that do not embed their fonts need pdf.js' own; they travel with the build, never from a CDN. */
function pdfAssets(): Plugin {
  const folders = ['standard_fonts', 'cmaps', 'wasm']
  return {
    name: 'pdf-assets',
    apply: 'build',
    closeBundle() {
      for (const folder of folders) {
        cpSync(here(`./node_modules/pdfjs-dist/${folder}`), here(`./dist/assets/pdf/${folder}`), {
          recursive: true,
        })
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), tailwindcss(), pdfAssets()],
  resolve: {
    alias: {
      '@': here('./src'),
      // RJSF names a validator that compiles schemas with `eval`, which the content security rules refuse.
      '@rjsf/validator-ajv8': here('./src/ui/form/interpretingValidator.ts'),
    },
  },
  server: { port: 5173, proxy: { '/api': process.env.WORKBENCH_URL ?? 'http://127.0.0.1:8000' } },
  build: {
    outDir: 'dist',
    manifest: true,
    // Inlined data: URLs would need looser content security rules.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    // So that the alias above holds inside it too.
    server: { deps: { inline: ['@rjsf/core'] } },
  },
})
