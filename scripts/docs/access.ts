import { printAccess } from '@actionbase/server/http/route-access';
import { ROUTES } from '@actionbase/server/routes/routes';
import type { GeneratedBlock } from './generated-block.ts';

/** What every call asks of a token. */
export const accessTable: GeneratedBlock = {
  file: 'docs/access.md',
  marker: 'routes',
  print: () => {
    const rows = ROUTES.map(({ method, template, access }) => `| \`${method} ${template}\` | ${printAccess(access)} |`);
    return ['| call | needs |', '|---|---|', ...rows].join('\n');
  },
};
