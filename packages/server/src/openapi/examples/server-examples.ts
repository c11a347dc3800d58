import { VERSION } from '../../version.ts';
import type { Example } from './example.ts';

/** A client finds out whom it talks to. */
export const SERVER_EXAMPLES: readonly Example[] = [
  {
    title: 'The shop has started a server, and looks whether it runs.',
    method: 'GET',
    path: '/',
    status: 200,
    answer: `{"status": "UP", "message": "Actionbase is running", "version": "${VERSION}", "timestamp": "2026-04-01T00:00:00.000Z"}`,
  },
  {
    title: 'It asks what the server can do, and is given this document.',
    method: 'GET',
    path: '/openapi.json',
    status: 200,
    answer: { among: [], why: 'the document has tests of its own' },
  },
  {
    title: 'It looks where the APIs lie, and how its headers arrive.',
    method: 'GET',
    path: '/graph',
    headers: { 'X-Request-ID': 'hello-1', 'X-Actor-ID': 'ann' },
    status: 200,
    answer: `{"v2": "/graph/v2", "v3": "/graph/v3", "request": {"requestId": "hello-1", "actor": "ann"}}`,
  },
  {
    title: 'A tool tries the connection.',
    method: 'GET',
    path: '/graph/v3',
    status: 200,
    answer: `{"engine": "Actionbase"}`,
  },
  {
    title: 'The tool asks what keeps the rows.',
    method: 'GET',
    path: '/graph/v3/datastore',
    status: 200,
    answer: `{"type": "EMBEDDED", "configuration": {}}`,
  },
  {
    title: 'What starts the server asks whether the process answers.',
    method: 'GET',
    path: '/graph/health/liveness',
    status: 200,
    answer: { text: 'UP' },
  },
  {
    title: 'It asks whether the server takes requests.',
    method: 'GET',
    path: '/graph/health/readiness',
    status: 200,
    answer: { text: 'UP' },
  },
  {
    title: 'A load balancer asks the same in another way.',
    method: 'GET',
    path: '/graph/health',
    status: 200,
    answer: { text: 'UP' },
  },
  {
    title: 'An old script declares the server ready, which it is already.',
    method: 'PUT',
    path: '/graph/health/readiness',
    status: 200,
    answer: { text: 'UP' },
  },
  {
    title: 'Monitoring finds what there is to watch.',
    method: 'GET',
    path: '/actuator',
    status: 200,
    answer: `{
  "_links": {
    "self": {"href": "/actuator", "templated": false},
    "health": {"href": "/actuator/health", "templated": false},
    "info": {"href": "/actuator/info", "templated": false},
    "prometheus": {"href": "/actuator/prometheus", "templated": false}
  }
}`,
  },
  {
    title: 'It asks for the health in JSON.',
    method: 'GET',
    path: '/actuator/health',
    status: 200,
    answer: `{"status": "UP"}`,
  },
  {
    title: 'It notes which program runs.',
    method: 'GET',
    path: '/actuator/info',
    status: 200,
    answer: `{"build": {"name": "actionbase", "version": "${VERSION}"}}`,
  },
];
