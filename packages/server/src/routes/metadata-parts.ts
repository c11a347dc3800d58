import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { Audit } from '@actionbase/core/model/catalog';
import type { RequestStamp } from '@actionbase/core/record/log-record';
import { isName } from '@actionbase/core/wire/metadata-json';
import type { Clock } from '@actionbase/ports/clock';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { invalid } from './request-parameters.ts';

/** A name in the path of a metadata call. Failure: `invalid-name`. */
export function requireName(call: Call, segment: string): string {
  const name = call.segment(segment);
  if (isName(name)) return name;
  const message = `${segment} is "${name}"; a name is a letter and up to 63 more letters, digits, "_" or "-"`;
  throw new Failure(coreFailures['invalid-name'], message, { [segment]: name });
}

/** Who asks, and when. */
export function stampOf(call: Call, clock: Clock): RequestStamp {
  return { timeMs: clock.nowMs(), requestId: call.requestId, actor: call.actor };
}

interface Entity extends Audit {
  readonly active: boolean;
}

/** The entities that the parameter `status` asks for, the oldest first; those of one millisecond by name. */
export function selectByStatus<E extends Entity>(
  call: Call,
  entities: Iterable<E>,
  nameOf: (entity: E) => string,
): E[] {
  const status = call.parameters.text('status') || 'ACTIVE';
  if (status !== 'ACTIVE' && status !== 'INACTIVE' && status !== 'ALL') {
    throw invalid('status', status, 'ACTIVE, INACTIVE or ALL, in upper case');
  }
  return [...entities]
    .filter((entity) => status === 'ALL' || entity.active === (status === 'ACTIVE'))
    .sort((a, b) => a.createdAt - b.createdAt || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** 200 with a JSON array of descriptors. */
export function listReply(descriptors: readonly string[]): Reply {
  return jsonReply(`[${descriptors.join(',')}]`);
}
