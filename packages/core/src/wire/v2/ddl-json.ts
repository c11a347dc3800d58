/** What a v2 change of metadata did. ERROR: nothing, since what it would create exists; IDLE: nothing was there. */
export type DdlWord = 'CREATED' | 'UPDATED' | 'DELETED' | 'IDLE' | 'ERROR';

/** Prints a DdlStatus; `result` is the JSON text of the entity, left out where there is none. */
export function printDdlStatus(status: DdlWord, result?: string): string {
  return result === undefined ? `{"status":"${status}"}` : `{"status":"${status}","result":${result}}`;
}

/** Prints a DdlPage of entities, which are JSON texts. */
export function printDdlPage(entities: readonly string[]): string {
  return `{"count":${entities.length},"content":[${entities.join(',')}]}`;
}
