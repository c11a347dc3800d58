// Read by whatever Node a newcomer has, before anything is installed: plain JavaScript, old syntax, no imports.

/** The oldest Node that can install the project. What runs afterwards is the pinned one. */
export const nodeMajorMin = 20;

/**
 * Says what is wrong with a Node version, or nothing.
 * @param {string} version as in `process.versions.node`
 * @returns {string | undefined}
 */
export function findNodeProblem(version) {
  const major = Number(version.split('.')[0]);
  if (major >= nodeMajorMin) return undefined;
  return `This project needs Node.js ${nodeMajorMin} or newer to install itself; this is ${version}.`;
}

/**
 * Decides what has to be installed before a task can run.
 * A finished install leaves a stamp that names the lock file it came from; a broken one leaves none.
 * @param {{ lockStamp: string | undefined, installedStamp: string | undefined }} state
 *   stamps of the lock file as it is, and of the one that was installed; undefined where there is none
 * @returns {'ci' | 'install' | 'nothing'}
 */
export function planInstall(state) {
  if (state.lockStamp === undefined) return 'install';
  return state.lockStamp === state.installedStamp ? 'nothing' : 'ci';
}
