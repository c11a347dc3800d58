/** The members of an edge itself, in the words of v3. */
export type OwnMember = 'version' | 'source' | 'target';

/**
 * The member of an edge that a field name of a query stands for, in the words of v3 or of v2; undefined for any other
 * name. No property has one of these names.
 *
 *     version ts   source src   target tgt
 */
export function ownMember(name: string): OwnMember | undefined {
  switch (name) {
    case 'version':
    case 'ts':
      return 'version';
    case 'source':
    case 'src':
      return 'source';
    case 'target':
    case 'tgt':
      return 'target';
    default:
      return undefined;
  }
}
