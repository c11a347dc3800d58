import type { EdgePage } from '@actionbase/client';
import type { CommandCall } from '../command.ts';
import { edgeJson, edgeTable } from './edge-table.ts';
import { printJsonLine } from './json-output.ts';

/** Prints a page of edges: a table for people, one document for programs. */
export async function printEdgePage({ terminal, asJson }: CommandCall, page: EdgePage): Promise<void> {
  const { edges, offset, hasNext, total } = page;
  if (asJson) await terminal.print(printJsonLine({ edges: edges.map(edgeJson), offset, hasNext, total }));
  else if (edges.length > 0) await terminal.printTable(edgeTable(edges));
  else terminal.tell('No edge.\n');
}
