/** What a token may do; each role includes those before it. */
export const ROLES = ['read', 'write', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Stands for all databases, those that are made later included. */
export const ALL_DATABASES = '*';

/** A role, and the databases it holds for. */
export interface Rights {
  readonly role: Role;
  readonly databases: typeof ALL_DATABASES | readonly string[];
}

/** A right that a call needs: a role for one database, or for all of them. */
export interface Need {
  readonly role: Role;
  /** Null: for all databases. */
  readonly database: string | null;
}

/** Whether rights are enough for a need. */
export function allows({ role, databases }: Rights, need: Need): boolean {
  if (ROLES.indexOf(role) < ROLES.indexOf(need.role)) return false;
  return databases === ALL_DATABASES || (need.database !== null && databases.includes(need.database));
}

/** A need in words: `write on shop`, `admin on all databases`. */
export function printNeed({ role, database }: Need): string {
  return `${role} on ${database ?? 'all databases'}`;
}

/** Databases in words. */
export function printDatabases(databases: Rights['databases']): string {
  return databases === ALL_DATABASES ? 'all databases' : databases.join(', ');
}
