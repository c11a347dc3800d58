import { changeCall, type Family, readCall } from '../operation.ts';
import { named } from '../schema.ts';

const QUEUE = '/actionbase/v1/queue';
const PARKED = `${QUEUE}/parked/{id}`;

export const QUEUE_FAMILY: Family = {
  tag: 'Queue',
  description: 'Asynchronous mutations on their way into effect, and those that were refused there: docs/queue.md.',
  operations: [
    readCall('GET', QUEUE, {
      id: 'getQueue',
      summary: 'Tells how the queue is, and lists what is parked, page by page.',
      parameters: [
        {
          name: 'limit',
          schema: { type: 'integer', minimum: 0, default: 100 },
          description: 'At most this many parked mutations.',
        },
        {
          name: 'after',
          schema: { type: 'string' },
          description: 'Goes on behind this id: the `next` of the page before.',
        },
        { name: 'table', schema: { type: 'string' }, description: 'Only mutations of this table, `database.table`.' },
      ],
      answers: [{ status: 200, description: 'The queue.', schema: named('QueueStatus') }],
      errors: ['limit-out-of-range'],
    }),
    changeCall('POST', `${PARKED}/retry`, {
      id: 'retryParked',
      summary: 'Applies a parked mutation now, whatever the modes say.',
      description: 'It takes effect once, however often it is sent. Refused again it is parked under a new id.',
      answers: [{ status: 200, description: 'What became of it.', schema: named('RetryResult') }],
      errors: ['not-parked'],
    }),
    changeCall('DELETE', PARKED, {
      id: 'dropParked',
      summary: 'Forgets a parked mutation for good.',
      answers: [{ status: 200, description: 'It is gone.', schema: named('DropResult') }],
      errors: ['not-parked'],
    }),
  ],
};
