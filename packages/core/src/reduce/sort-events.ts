/** Events in the order in which they are folded: by version, and of equal versions in the order given. */
export function sortEvents<E extends { readonly version: bigint }>(events: readonly E[]): readonly E[] {
  return events.length < 2 ? events : events.toSorted(compareVersions);
}

function compareVersions(a: { readonly version: bigint }, b: { readonly version: bigint }): number {
  if (a.version === b.version) return 0;
  return a.version < b.version ? -1 : 1;
}
