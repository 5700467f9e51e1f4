import createClient from 'openapi-fetch';
import { ApiProblem, Offline } from './problem';
import type { paths, Problem } from './schema';

const client = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' });

/** api calls the server by the paths of the OpenAPI document; wrap it in `answer`. */
export const api = client;

/**
 * answer gives the body of a reply, or throws what the server says was wrong:
 * `await answer(api.GET('/contacts/{id}', {params: {path: {id}}}))`.
 */
export async function answer<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let reply;
  try {
    reply = await request;
  } catch (err) {
    if (err instanceof DOMException && err.name === 'AbortError') throw err;
    throw new Offline(err);
  }
  if (reply.response.ok) return reply.data as T;
  throw problemOf(reply.error, reply.response);
}

function problemOf(body: unknown, response: Response): ApiProblem {
  if (typeof body === 'object' && body !== null && 'code' in body) return new ApiProblem(body as Problem);
  // Not from our server: a proxy in between, or something in its place.
  return new ApiProblem({ status: response.status, code: `http_${response.status}`, detail: response.statusText || `HTTP ${response.status}` });
}
