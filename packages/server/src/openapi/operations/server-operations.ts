import { type Family, keeping, probeCall, serverCall } from '../operation.ts';
import { named, type Schema } from '../schema.ts';

const TEXT = 'text/plain;charset=UTF-8';
const WORD: Schema = { type: 'string', enum: ['UP', 'DOWN'] };
const UP = { status: 200, description: 'UP', schema: WORD, type: TEXT };
const DOWN = { status: 503, description: 'DOWN', schema: WORD, type: TEXT };

const READINESS_TEXT =
  'Ready: the log is replayed and, if the setting says so, the warm-up is done. A full disk does not take that away; an engine that has stopped does.';

export const SERVER_FAMILY: Family = {
  tag: 'Server',
  description: 'What the server says about itself, from its first moment on.',
  operations: [
    serverCall('GET', '/', {
      id: 'getServer',
      summary: 'Tells that the server runs, and its version.',
      answers: [{ status: 200, description: 'It runs.', schema: named('ServerStatus') }],
    }),
    serverCall('GET', '/openapi.json', {
      id: 'getOpenApi',
      summary: 'This document.',
      answers: [{ status: 200, description: 'The API in OpenAPI 3.1.', schema: named('JsonDocument') }],
    }),
    keeping(
      serverCall('GET', '/graph', {
        id: 'getApiRoots',
        summary: 'Tells where the APIs lie, and shows how the headers of the request are read.',
        answers: [{ status: 200, description: 'The APIs.', schema: named('ApiRoots') }],
      }),
      ['actor', 'request'],
    ),
    serverCall('GET', '/graph/v2', {
      id: 'getV2EngineName',
      summary: 'Names the engine as v2 does; programs try a connection with it.',
      answers: [{ status: 200, description: 'The engine.', schema: named('EngineName') }],
    }),
    serverCall('GET', '/graph/v3', {
      id: 'getEngineName',
      summary: 'Names the engine; programs try a connection with it.',
      answers: [{ status: 200, description: 'The engine.', schema: named('EngineName') }],
    }),
    serverCall('GET', '/graph/v3/datastore', {
      id: 'getDatastore',
      summary: 'Tells what keeps the rows.',
      answers: [{ status: 200, description: 'The store.', schema: named('Datastore') }],
    }),
    probeCall('GET', '/graph/health', {
      id: 'getHealth',
      summary: 'Tells whether the server takes requests for data.',
      description: READINESS_TEXT,
      answers: [UP, DOWN],
    }),
    probeCall('GET', '/graph/health/readiness', {
      id: 'getReadiness',
      summary: 'Tells whether the server takes requests for data.',
      description: READINESS_TEXT,
      answers: [UP, DOWN],
    }),
    probeCall('PUT', '/graph/health/readiness', {
      id: 'putReadiness',
      summary: 'Changes nothing.',
      description: "The reference's start scripts put readiness, and get the answer that they expect.",
      answers: [UP],
    }),
    probeCall('GET', '/graph/health/liveness', {
      id: 'getLiveness',
      summary: 'Tells that the process answers.',
      answers: [UP],
    }),
    probeCall('GET', '/actuator', {
      id: 'getActuator',
      summary: 'Links to what lies below.',
      answers: [{ status: 200, description: 'The links.', schema: named('Links') }],
    }),
    probeCall('GET', '/actuator/health', {
      id: 'getActuatorHealth',
      summary: 'Tells whether the server takes requests for data, in JSON.',
      description: READINESS_TEXT,
      answers: [
        { status: 200, description: 'UP', schema: named('Health') },
        { status: 503, description: 'DOWN', schema: named('Health') },
      ],
    }),
    probeCall('GET', '/actuator/info', {
      id: 'getInfo',
      summary: 'Name and version of the program.',
      answers: [{ status: 200, description: 'The program.', schema: named('Info') }],
    }),
    probeCall('GET', '/actuator/prometheus', {
      id: 'getMetrics',
      summary: 'Metrics in the text format of Prometheus.',
      answers: [
        {
          status: 200,
          description: 'The metrics.',
          schema: { type: 'string' },
          type: 'text/plain; version=0.0.4; charset=utf-8',
        },
      ],
      errors: ['unauthorized'],
    }),
  ],
};
