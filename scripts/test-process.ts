/**
 * Loaded before each test file: keeps Node's test runner from following every promise.
 *
 * The runner hooks into the making and the collection of every promise, only to tell which test an error belongs to that
 * nobody caught. That doubles the CPU time of tests that are promises throughout. Here its hook does not see promises, and an
 * error that nobody caught ends the process with its stack: the file is red, and none of its tests waits in vain.
 * Where Node's inside has changed so that this does nothing, tests are slower, and nothing else.
 */
import hooks, { type HookCallbacks } from 'node:async_hooks';

const { createHook } = hooks;
// The runner takes the function when it is loaded.
Object.assign(hooks, { createHook: (callbacks: HookCallbacks) => createHook({ ...callbacks, trackPromises: false }) });
await import('node:test');
Object.assign(hooks, { createHook });

for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => {
    console.error(event, error);
    process.exit(1);
  });
}
