import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `vite build dashboards` makes dist/dashboards, which the API serves; `vite dashboards` develops against one that runs.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist/dashboards',
    emptyOutDir: true,
    target: 'es2023',
    // The component library is one chunk that every page needs; a warning about its size would say nothing new.
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
