/** What the names in the templates of paths stand for. */
export const PATH_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['database', 'Name of a database.'],
  ['table', 'Name of a table of the database; in calls for edges, of an alias too.'],
  ['alias', 'Name of an alias of the database or service.'],
  ['index', 'Name of an index of the table.'],
  ['cache', 'Name of a cache of the table.'],
  ['group', 'Name of a group of the table.'],
  ['service', 'Name of a service, which is a database.'],
  ['label', 'Name of a label of the service, which is a table.'],
  ['query', 'Name of a stored query of the service.'],
  ['edgeId', 'Id of an edge: the column `edgeId` of a query with `stats=EDGE_ID`.'],
  ['id', 'Id of a parked mutation.'],
  ['storage', 'Name of a storage.'],
]);
