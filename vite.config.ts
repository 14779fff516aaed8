import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite` finds the API while the page is worked on. */
const api = process.env.PRIXFIXE_API ?? 'http://127.0.0.1:8025';
const proxy = { '/api': { target: api, changeOrigin: false } };

export default defineConfig({
  root: 'web',
  plugins: [react()],
  cacheDir: '../node_modules/.vite',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The first browsers with light-dark(), which the tokens are written in.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // The page's policy allows no data: resources.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every view needs is one file, not one for each set of views that share something.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] } },
    },
  },
  server: { host: '127.0.0.1', port: 5173, proxy },
  preview: { host: '127.0.0.1', port: 4173, proxy },
});
