#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this far, so that it can say what is wrong.
const nodeMajorMin = 24;
if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  console.error(`actionbase needs Node.js ${nodeMajorMin} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

// The package's own name leads to src/main.ts in the repository and to dist/main.js where it was installed.
await import('@actionbase/cli/main');
