import { basename } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

import { sendProblem } from './problem.ts';

/** Names that carry a hash of their content, as the dashboards' build gives them. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** Serves the built dashboards; any other path outside the API is a page of theirs. Without a folder: 404. */
export async function addStaticFiles(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder !== undefined) {
    await app.register(fastifyStatic, {
      root: folder,
      // Each file its own route: a wildcard would take the API's unknown paths.
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/') && HASHED.test(basename(path));
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    // A file that is missing must not come back as a page: the browser would run it as a script.
    const isPage = request.method === 'GET' && !path.startsWith('/api/') && !/\.[A-Za-z0-9]+$/.test(path);
    if (folder === undefined || !isPage) return sendProblem(reply, 404, 'not-found', `There is nothing at ${path}`);
    return reply.sendFile('index.html');
  });
}
