import { printConfigMarkdown } from '@actionbase/server/config/print-config';
import type { GeneratedBlock } from './generated-block.ts';

/** Every setting of the server. */
export const configurationTable: GeneratedBlock = {
  file: 'docs/configuration.md',
  marker: 'settings',
  print: printConfigMarkdown,
};
