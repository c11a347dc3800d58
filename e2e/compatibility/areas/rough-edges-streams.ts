import { type CompatibilityArea, fixed, roughEdge, same, shownBy } from '../compatibility-case.ts';

const PROPERTY_TEST = 'packages/engine/src/stream/log-streams.property.test.ts';
const STREAMS_TEST = 'packages/engine/src/stream/log-streams.test.ts';

/** Rows 43 to 48: the streams. */
export const ROUGH_EDGES_STREAMS: CompatibilityArea = {
  title: '10.5 streams',
  cases: [
    ...roughEdge(
      '43',
      fixed(
        'a crash or a broker that fails loses CDC records',
        'they are written in one transaction with the rows; followers that go on with their last position miss nothing',
        shownBy(
          'e2e/log-streams.test.ts',
          'L5 followers that go on with their last position after kill -9 have every acknowledged edge once',
        ),
      ),
      fixed(
        'a lost record is never noticed',
        'each record names the one before it, and a gap is an error',
        shownBy(STREAMS_TEST, 'L5 a feed that lacks a frame is found out'),
      ),
    ),
    ...roughEdge(
      '44',
      fixed(
        'CDC records of one key have no order between requests',
        'the order is that of the log, so the last one of a key is what get answers',
        shownBy(PROPERTY_TEST, 'L4 the last after image of every key is the edge that get answers'),
      ),
    ),
    ...roughEdge(
      '45',
      fixed(
        'records of a multi edge are keyed by its ends, or "0:0"',
        'they are keyed by its id',
        shownBy(STREAMS_TEST, 'multi edges are keyed by their id, and a deleted one has no state after'),
      ),
    ),
    ...roughEdge(
      '46',
      same(
        'a result ERROR leaves no CDC record',
        shownBy(STREAMS_TEST, 'IDLE is in the CDC; what is refused or queued is in the WAL only'),
      ),
    ),
    ...roughEdge(
      '47',
      fixed(
        'a WAL failure of one item fails a request of which others are durable',
        'a request is in the log whole or not at all',
        shownBy(
          'packages/engine/src/engine.test.ts',
          'an append that was rejected changes nothing and the next one works',
        ),
      ),
    ),
    ...roughEdge(
      '48',
      fixed(
        'two producers are primary and backup',
        'any number of readers, each with a position of its own; no broker is needed for durability',
        shownBy(
          'packages/server/src/log-streams.test.ts',
          'L5 giving back any position goes on exactly after it, page by page too',
        ),
      ),
    ),
  ],
};
