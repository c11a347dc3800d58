import { percentiles } from '../driver/run-load.ts';
import { type ServerProcess, startServerProcess } from '../driver/server-process.ts';
import { type FriendsData, type FriendsSize, makeFriends, newestOfFriends, rowsWithin } from './friends-data.ts';
import { loadFriends } from './load-friends.ts';
import { callsWay, countRows, type QueryWay, queryWay, SHOWN, type Way } from './ways.ts';

export interface FriendsOptions extends FriendsSize {
  /** How often each way is asked in a round. */
  readonly asked: number;
  readonly rounds: number;
  readonly seed: number;
}

export interface FriendsResult {
  readonly wrong: number;
  readonly checked: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

/** So many wishes of all friends together are expected in the time that the narrow query looks at. */
const EXPECTED_WITHIN = 3 * SHOWN;
const CONNECTIONS = 16;

/** Asks in every way, in turns, and compares each answer with what the generated data say. */
export async function runFriends(options: FriendsOptions): Promise<FriendsResult> {
  const data = makeFriends(options, options.seed);
  await using server = await startServerProcess();
  await loadFriends(server, data);
  const { friends } = options;
  const queries = queriesOf(data);
  const wrongRows = await compareRows(server, data, queries);
  const ways: Way[] = [];
  for (const query of queries) ways.push(await queryWay(server, query));
  for (const connections of [1, CONNECTIONS]) ways.push(await callsWay(server, { friends, connections }));
  const measured = ways.map((way) => new MeasuredWay(way, data));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const way of measured) await way.ask(server, options.asked);
  }
  for (const way of ways) way[Symbol.dispose]();
  const [first] = measured;
  const rows = measured.map((way) => way.row(first?.median ?? Number.NaN));
  const wrong = measured.reduce((sum, way) => sum + way.wrong, wrongRows);
  const answers = measured.reduce((sum, way) => sum + way.answers, 0);
  return {
    wrong,
    checked: `${answers} answers of ${SHOWN} wishes compared with the generated data: ${wrong} different`,
    rows,
  };
}

function queriesOf({ size, wishes }: FriendsData): readonly QueryWay[] {
  const { friends, people } = size;
  const sinceMs = wishes[Math.max(0, wishes.length - Math.ceil((EXPECTED_WITHIN * people) / friends))]?.createdAt ?? 0;
  return [
    { name: 'one query, scan', by: 'SCAN', friends, limit: SHOWN },
    { name: 'one query, cache', by: 'CACHE', friends, limit: SHOWN },
    { name: 'one query, scan since', by: 'SCAN', friends, limit: SHOWN, sinceMs },
    { name: 'one query, scan all', by: 'SCAN', friends, limit: size.wishes },
  ];
}

/** Queries that read other rows than they are said to. */
async function compareRows(server: ServerProcess, data: FriendsData, queries: readonly QueryWay[]): Promise<number> {
  let wrong = 0;
  for (const query of queries) {
    const expected = rowsWithin(data, 1, { limit: query.limit, sinceMs: query.sinceMs ?? 0 });
    if ((await countRows(server, query, 1)) !== expected) wrong += 1;
  }
  return wrong;
}

class MeasuredWay {
  wrong = 0;
  answers = 0;
  readonly #way: Way;
  readonly #data: FriendsData;
  readonly #expected: readonly string[];
  readonly #rowsRead: number;
  readonly #latenciesMs: number[] = [];
  #serverCpuMs = 0;
  #callerCpuMs = 0;

  constructor(way: Way, data: FriendsData) {
    this.#way = way;
    this.#data = data;
    const readers = [...data.friendsOf.keys()];
    this.#expected = readers.map((reader) => JSON.stringify(newestOfFriends(data, reader, SHOWN)));
    const rows = readers.map((reader) => rowsWithin(data, reader, way));
    this.#rowsRead = data.size.friends + rows.reduce((sum, count) => sum + count, 0) / readers.length;
  }

  get median(): number {
    return percentiles(this.#latenciesMs).p50;
  }

  async ask(server: ServerProcess, times: number): Promise<void> {
    const serverBefore = server.cpuSeconds();
    const callerBefore = process.cpuUsage();
    for (let time = 0; time < times; time += 1) {
      const place = this.answers % this.#expected.length;
      const began = performance.now();
      const wishes = await this.#way.ask(place + 1);
      this.#latenciesMs.push(performance.now() - began);
      this.answers += 1;
      if (JSON.stringify(wishes) !== this.#expected[place]) this.wrong += 1;
    }
    const { user, system } = process.cpuUsage(callerBefore);
    this.#serverCpuMs += (server.cpuSeconds() - serverBefore) * 1000;
    this.#callerCpuMs += (user + system) / 1000;
  }

  /** `first` is the median of the way that the others are compared with. */
  row(first: number): Readonly<Record<string, string | number>> {
    const { name, requests, limit } = this.#way;
    const { friends } = this.#data.size;
    const { p50, p90, p99, max } = percentiles(this.#latenciesMs);
    return {
      way: name,
      requests,
      asked: this.answers,
      'rows read': Math.round(this.#rowsRead),
      'rows at most': friends + friends * limit,
      'p50 ms': rounded(p50),
      'p90 ms': rounded(p90),
      'p99 ms': rounded(p99),
      'max ms': rounded(max),
      'server cpu ms': rounded(this.#serverCpuMs / this.answers),
      'caller cpu ms': rounded(this.#callerCpuMs / this.answers),
      'p50 of the first': rounded(p50 / first),
    };
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
