import { parseJson } from '@actionbase/core/codec/json-text';
import { type DigestCall, parseDigestCall } from '@actionbase/core/wire/digest-json';
import type { DigestEvent } from '@actionbase/engine/digest/table-digest';
import type { Call } from '../http/call.ts';
import { type Reply, type ReplyStream, streamReply } from '../http/reply.ts';
import { type Route, streamRoute, withAccess } from '../http/route.ts';
import { type MoreNeeds, needsOfTable } from '../http/route-access.ts';
import type { Serving } from '../serving.ts';
import { printDigestLine } from '../streams/digest-lines.ts';
import { type RunLines, RunStream } from '../streams/run-stream.ts';

const READ_OF_TABLE: MoreNeeds = {
  says: 'read on the database that the body names',
  needsOf: (call, serving) => {
    const { database, table } = parse(call);
    return needsOfTable('read', database, table, serving);
  },
};

/** Digests of what is stored, for whoever compares it with another store. */
export const DIGEST_ROUTES: readonly Route[] = [
  withAccess({ kind: 'named', more: READ_OF_TABLE }, streamRoute('POST', '/actionbase/v1/digest', digest)),
];

const DIGEST_LINES: RunLines<DigestEvent> = {
  print: printDigestLine,
  phaseOf: (event) => (event.kind === 'progress' ? 'rows' : undefined),
};

function digest(call: Call, { engine, clock, metrics }: Serving): Reply {
  const asked = parse(call);
  const leave = metrics.streams.enter();
  try {
    const run = engine.digest(asked);
    return streamReply(closing(new RunStream(run, DIGEST_LINES, clock), leave));
  } catch (error) {
    leave();
    throw error;
  }
}

function closing(stream: ReplyStream, onClose: () => void): ReplyStream {
  return {
    next: (signal) => stream.next(signal),
    close: () => {
      onClose();
      stream.close();
    },
  };
}

function parse(call: Call): DigestCall {
  return parseDigestCall(parseJson(call.body));
}
