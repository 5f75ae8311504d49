import express, { type Router } from 'express';
import { z } from 'zod';
import { invalid } from '../errors.ts';
import type { Faults } from './faults.ts';
import { faultListSchema } from './faults.ts';

/** `/faults` of the admin server: PUT replaces all, GET lists, DELETE clears. */
export function faultRoutes(faults: Faults): Router {
  const router = express.Router();
  router.get('/faults', (_request, response) => {
    response.json({ faults: faults.list() });
  });
  router.put('/faults', express.json(), (request, response) => {
    const result = faultListSchema.safeParse(request.body);
    if (!result.success) throw invalid(z.prettifyError(result.error));
    faults.set(result.data.faults);
    response.json({ faults: faults.list() });
  });
  router.delete('/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  return router;
}
