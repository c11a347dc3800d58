import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, put } from '../expectations.ts';

const SERVER_TEST = 'packages/server/src/server.test.ts';
const NOWHERE = { code: 'unknown-path' };

/** What the server says about itself. */
export const HEALTH: CompatibilityArea = {
  title: '2.2, 7.4 health and diagnostics',
  cases: [
    same(
      'GET / says status, message, version and timestamp',
      answers(
        get('/'),
        200,
        /^\{"status":"UP","message":"Actionbase is running","version":"[^"]+","timestamp":"\d{4}-[^"]+Z"\}$/,
      ),
    ),
    same('GET /graph/v3 names the engine', answers(get('/graph/v3'), 200, '{"engine":"Actionbase"}')),
    same('GET /graph/health/liveness is UP', answers(get('/graph/health/liveness'), 200, 'UP')),
    same('PUT /graph/health/readiness answers UP', answers(put('/graph/health/readiness', ''), 200, 'UP')),
    fixed(
      'GET /graph/health and /graph/health/readiness',
      'UP as soon as the log is replayed, without a PUT; DOWN with 503 before',
      all(answers(get('/graph/health'), 200, 'UP'), answers(get('/graph/health/readiness'), 200, 'UP')),
    ),
    fixed(
      'the start blocks until metadata is loaded',
      'the port answers from the first moment, data calls with 503 starting until the log is replayed',
      shownBy(SERVER_TEST, 'while the database opens, the server is alive, not ready, and answers calls with starting'),
    ),
    same('GET /actuator/health says UP', answers(get('/actuator/health'), 200, '{"status":"UP"}')),
    not(
      'GET /graph/check/…',
      "diagnostics of the reference's own deployment",
      all(
        ...[
          'emoji',
          'response-meta',
          'error',
          'mono',
          'sentry',
          'delay_without_cache',
          'delay_with_cache',
          'echo',
          'virtual',
        ].map((name) => answers(get(`/graph/check/${name}`), 404, NOWHERE)),
      ),
    ),
    fixed(
      '/actuator links to what lies below, /actuator/info tells what runs',
      'the links are paths; the program is its name and version, without the history of its source',
      all(
        answers(get('/actuator'), 200, /"self":\{"href":"\/actuator","templated":false\},"health":/),
        answers(get('/actuator/info'), 200, /^\{"build":\{"name":"actionbase","version":"[\d.]+"\}\}$/),
      ),
    ),
    not(
      '/actuator/env, /actuator/host-info and others',
      'pages of the framework about itself',
      all(
        ...['/env', '/host-info', '/beans', '/loggers'].map((name) => answers(get(`/actuator${name}`), 404, NOWHERE)),
      ),
    ),
    same(
      'kc.graph.warm-up.enabled reads tables before the server is ready (warmUp), with read-only too',
      shownBy(
        'packages/server/src/warm-up.test.ts',
        'readiness stays DOWN and data is refused until the warm-up is done (readOnly: {readOnly})',
      ),
    ),
    fixed(
      'there is no CORS',
      'none unless cors.origins names origins',
      shownBy('packages/server/src/cors.test.ts', 'without origins no answer says anything about them'),
    ),
    fixed(
      '/actuator/metrics, the gauge artifact_info among them',
      'metrics are served for Prometheus, at /actuator/prometheus',
      all(
        answers(get('/actuator/metrics'), 404, NOWHERE),
        answers(get('/actuator/prometheus'), 200, /^# HELP actionbase_.*\nactionbase_build_info\{version="/s),
      ),
    ),
  ],
};
