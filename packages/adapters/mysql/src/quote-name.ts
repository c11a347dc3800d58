import { refused } from './mysql-failure.ts';

const NAME_LENGTH_MAX = 64;

/** A name of a table or column, quoted so that a statement takes it for nothing else. */
export function quoteName(name: string): string {
  if (name === '' || name.length > NAME_LENGTH_MAX || name.includes('\0')) {
    throw refused(`${JSON.stringify(name)} is not the name of a table or column`);
  }
  return `\`${name.replaceAll('`', '``')}\``;
}
