import type { Sent } from './send.ts';

/** A request as the reference's command line sends it, with a part of the answer that it reads. */
export interface CommandLineCall extends Sent {
  /** The command that a user types. */
  readonly command: string;
  readonly status?: number;
  readonly part: RegExp;
}

const V2 = '/graph/v2';
const V3 = '/graph/v3/databases';
/** What its HTTP client sets on every request; there is no Accept header. */
const HEADERS = { 'content-type': 'application/json', authorization: '' };

function read(command: string, path: string, part: RegExp, status = 200): CommandLineCall {
  return { command, method: 'GET', path, headers: HEADERS, part, status };
}

function write(command: string, path: string, body: object, part: RegExp): CommandLineCall {
  return { command, method: 'POST', path, body: JSON.stringify(body), headers: HEADERS, part };
}

/** A field as its model prints it: of an end, the name is null. */
function field(type: string, desc: string, name: string | null = null): object {
  return { type, desc, name, nullable: false };
}

interface TableCommand {
  readonly desc: string;
  readonly ends: readonly [object, object];
  readonly time: string;
  readonly storage: string;
}

/** A TableCreateRequest; presets leave out groups, the command sends empty lists. */
function table({ desc, ends: [src, tgt], time, storage }: TableCommand): object {
  const index = {
    name: `${time.replace('At', '_at')}_desc`,
    desc: `order by ${time}`,
    fields: [{ name: time, order: 'DESC' }],
  };
  const schema = { src, tgt, fields: [field('LONG', time, time)] };
  const tail = { event: false, readOnly: false, mode: 'SYNC' };
  return { desc, type: 'INDEXED', schema, dirType: 'BOTH', storage, indices: [index], ...tail };
}

function insert(time: string, edges: readonly (readonly [string, string | number, number])[]): object {
  return {
    mutations: edges.map(([source, target, version]) => ({
      type: 'INSERT',
      edge: { version, source, target, properties: { [time]: version } },
    })),
  };
}

const LIKES = `${V3}/likes/tables/likes`;

/** The first minutes of the quick start: the preset `likes`, then every command once. */
export const LIKES_CALLS: readonly CommandLineCall[] = [
  read('actionbase --host', '/graph/v3', /^\{"engine":"Actionbase"\}$/),
  write('load preset likes', `${V2}/service/likes`, { desc: '' }, /^\{"status":"CREATED","result":\{"active":true/),
  write(
    'load preset likes',
    `${V2}/service/likes/label/likes`,
    table({
      desc: 'Like',
      ends: [field('STRING', 'userId'), field('STRING', 'targetId')],
      time: 'created_at',
      storage: 'datastore://likes/likes',
    }),
    /^\{"status":"CREATED","result":\{"active":true,"name":"likes\.likes"/,
  ),
  write(
    'load preset likes',
    `${LIKES}/edges`,
    insert('created_at', [
      ['Alice', 'Phone', 1737377177245],
      ['Bob', 'Phone', 1737377177297],
      ['Bob', 'Laptop', 1737377177350],
    ]),
    /^\{"results":\[\{"source":"Alice","target":"Phone","status":"CREATED","count":1\}/,
  ),
  write('load preset likes (again)', `${V2}/service/likes`, { desc: '' }, /^\{"status":"ERROR"\}$/),
  read('show databases', `${V2}/service`, /^\{"count":2,"content":\[.*"name":"likes","desc":""\}\]\}$/),
  read('use database likes', `${V2}/service/likes`, /^\{"active":true,"name":"likes","desc":""\}$/),
  read('use database none', `${V2}/service/none`, /^$/, 404),
  read('show tables', `${V2}/service/likes/label`, /^\{"count":1,"content":\[\{"active":true,"name":"likes\.likes"/),
  read('desc table likes', `${V2}/service/likes/label/likes`, /"src":\{"type":"STRING","desc":"userId"\}/),
  read('show indices --using table', `${V2}/service/likes/label/likes`, /"indices":\[\{"name":"created_at_desc"/),
  write(
    'create storage --name st',
    `${V2}/storage/st`,
    { desc: 'd', type: 'HBASE', conf: { hbaseNamespace: 'ns', hbaseTable: 't' } },
    /"name":"st","desc":"d","type":"HBASE","conf":\{"hbaseNamespace":"ns","hbaseTable":"t"\}\}\}$/,
  ),
  read('show storages', `${V2}/storage`, /^\{"count":4,.*"name":"st"/),
  write(
    'create table --type MULTI_EDGE --storage st',
    `${V2}/service/likes/label/orders`,
    {
      desc: 'o',
      type: 'MULTI_EDGE',
      schema: {
        src: field('STRING', 'userId'),
        tgt: { type: 'STRING', desc: null, name: null, nullable: false },
        fields: [field('LONG', '', '_id')],
      },
      dirType: 'BOTH',
      storage: 'st',
      groups: [
        {
          group: 'g',
          type: 'COUNT',
          fields: [{ name: '_target', type: '', bucket: null }],
          valueField: '',
          comment: '',
          directionType: 'OUT',
          ttl: 0,
        },
      ],
      indices: [],
      event: false,
      readOnly: true,
      mode: 'SYNC',
    },
    /^\{"status":"CREATED".*"groups":\[\{"group":"g","type":"COUNT".*"ttl":691200000\}\].*"readOnly":true/,
  ),
  write(
    'create alias',
    `${V2}/service/likes/alias/fav`,
    { desc: 'x', target: 'likes.likes' },
    /"target":"likes\.likes","label":\{/,
  ),
  read('show aliases', `${V2}/service/likes/alias`, /^\{"count":1,"content":\[\{"active":true,"name":"likes\.fav"/),
  read(
    'use alias fav',
    `${V2}/service/likes/alias/fav`,
    /"target":"likes\.likes","label":\{"active":true,"name":"likes\.likes"/,
  ),
  write(
    'mutate likes --type INSERT',
    `${LIKES}/edges`,
    insert('created_at', [['Carol', 'Phone', 1737377177400]]),
    /^\{"results":\[\{"source":"Carol","target":"Phone","status":"CREATED","count":1\}\]\}$/,
  ),
  read(
    'get likes --source Alice --target Phone',
    `${LIKES}/edges/get?source=Alice&target=Phone`,
    /^\{"edges":\[\{"version":1737377177245,"source":"Alice","target":"Phone","properties":\{"created_at":1737377177245\}/,
  ),
  read(
    'count fav --start Bob',
    `${V3}/likes/tables/fav/edges/counts?start=Bob&direction=OUT`,
    /"start":"Bob","direction":"OUT","count":2/,
  ),
  read('count likes --direction BOTH', `${LIKES}/edges/counts?start=Bob&direction=BOTH`, /"status":400/, 400),
  read(
    'scan likes --index created_at_desc --start Bob',
    `${LIKES}/edges/scan/created_at_desc?start=Bob&direction=OUT&limit=25`,
    /"target":"Laptop".*"target":"Phone".*"count":2/,
  ),
  read(
    'scan likes --ranges created_at:gt:1',
    `${LIKES}/edges/scan/created_at_desc?start=Bob&direction=OUT&limit=25&%26ranges=created_at:gt:1`,
    /"count":2/,
  ),
];

const SOCIAL = `${V2}/service/social`;

/** The guided tour: the preset `build-your-social-app`, the table that the user makes, and what the web app asks. */
export const SOCIAL_CALLS: readonly CommandLineCall[] = [
  write('load preset build-your-social-app', SOCIAL, { desc: '' }, /CREATED/),
  ...['user_posts', 'user_likes'].map((name) =>
    write(
      'load preset build-your-social-app',
      `${SOCIAL}/label/${name}`,
      table({
        desc: `${name.replace('_', ' ')} table`,
        ends: [field('STRING', 'userId'), field('LONG', 'postId')],
        time: 'createdAt',
        storage: `datastore://guides/${name}`,
      }),
      /^\{"status":"CREATED"/,
    ),
  ),
  write(
    'load preset build-your-social-app',
    `${V3}/social/tables/user_posts/edges`,
    insert('createdAt', [
      ['j4rami', 1, 1],
      ['em3s', 2, 2],
      ['em3s', 3, 3],
      ['em3s', 4, 4],
      ['zipdoki', 5, 5],
    ]),
    /"source":"zipdoki","target":5,"status":"CREATED"/,
  ),
  write(
    'load preset build-your-social-app',
    `${V3}/social/tables/user_likes/edges`,
    insert('createdAt', [
      ['d4v1d', 1, 1],
      ['d4v1d', 2, 2],
      ['punsoo', 2, 3],
      ['ipoemigmail', 2, 4],
    ]),
    /"source":"ipoemigmail","target":2,"status":"CREATED"/,
  ),
  read('use database social', SOCIAL, /"name":"social"/),
  read('(guide) before user_follows is made', `${SOCIAL}/label/user_follows`, /^$/, 404),
  write(
    'create table --name user_follows',
    `${SOCIAL}/label/user_follows`,
    {
      ...table({
        desc: 'follows',
        ends: [field('STRING', 'follower'), field('STRING', 'followee')],
        time: 'createdAt',
        storage: 'datastore://guides/user_follows',
      }),
      groups: [],
    },
    /^\{"status":"CREATED"/,
  ),
  write(
    'mutate user_follows --type INSERT',
    `${V3}/social/tables/user_follows/edges`,
    insert('createdAt', [['zipdoki', 'j4rami', 1737377177245]]),
    /"status":"CREATED"/,
  ),
  read('(guide) database exists', SOCIAL, /"active":true/),
  read('(guide) table exists', `${SOCIAL}/label/user_follows`, /"name":"social\.user_follows"/),
  read(
    '(guide) feed: whom do I follow',
    `${V3}/social/tables/user_follows/edges/scan/created_at_desc?start=zipdoki&direction=OUT&limit=25`,
    /"target":"j4rami".*"count":1/,
  ),
  read(
    '(guide) feed: posts of a followee',
    `${V3}/social/tables/user_posts/edges/scan/created_at_desc?start=em3s&direction=OUT&limit=25`,
    /"target":4.*"target":3.*"target":2.*"count":3/,
  ),
  read(
    'count --start j4rami --direction IN',
    `${V3}/social/tables/user_follows/edges/counts?start=j4rami&direction=IN`,
    /"count":1/,
  ),
  read(
    '(guide) likes of a post',
    `${V3}/social/tables/user_likes/edges/counts?start=2&direction=IN`,
    /"start":2,"direction":"IN","count":3/,
  ),
  write(
    '(guide) like button',
    `${V3}/social/tables/user_likes/edges`,
    insert('createdAt', [['zipdoki', 1, 1737377177245]]),
    /"status":"CREATED"/,
  ),
  write(
    '(guide) unlike button',
    `${V3}/social/tables/user_likes/edges`,
    { mutations: [{ type: 'DELETE', edge: { version: 1737377177300, source: 'zipdoki', target: 1, properties: {} } }] },
    /"status":"DELETED"/,
  ),
  read(
    'get --source zipdoki --target 1',
    `${V3}/social/tables/user_likes/edges/get?source=zipdoki&target=1`,
    /^\{"edges":\[\],"count":0/,
  ),
];
