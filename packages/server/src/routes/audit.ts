import { parseJson } from '@actionbase/core/codec/json-text';
import { parseAuditCall } from '@actionbase/core/wire/audit-json';
import type { AuditEvent } from '@actionbase/engine/audit/auditor';
import type { Call } from '../http/call.ts';
import { type Reply, streamReply } from '../http/reply.ts';
import { type Route, streamRoute, withAccess } from '../http/route.ts';
import { ADMIN_EVERYWHERE } from '../http/route-access.ts';
import { SERVER_LIMITS } from '../limits.ts';
import type { Serving } from '../serving.ts';
import { printAuditLine } from '../streams/audit-lines.ts';
import { type RunLines, RunStream } from '../streams/run-stream.ts';
import { stampOf } from './metadata-parts.ts';

/** The comparison of derived rows with the states, and their repair. */
export const AUDIT_ROUTES: readonly Route[] = [
  withAccess(ADMIN_EVERYWHERE, streamRoute('POST', '/actionbase/v1/audit', audit)),
];

const AUDIT_LINES: RunLines<AuditEvent> = {
  print: printAuditLine,
  phaseOf: (event) => (event.kind === 'progress' ? event.phase : undefined),
};

function audit(call: Call, { engine, clock }: Serving): Reply {
  const { ratePerS = SERVER_LIMITS.auditRatePerS, ...asked } = parseAuditCall(parseJson(call.body));
  const run = engine.audit({ ...asked, ratePerS, stamp: stampOf(call, clock) });
  return streamReply(new RunStream(run, AUDIT_LINES, clock));
}
