import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { changeBootId, readBootId } from '@actionbase/adapter-lmdb/testing/power-cut/boot-id';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { CheckedImage, ImageToCheck } from './check-image.ts';
import { type FolderImage, FolderModel } from './folder-model.ts';
import type { DiskCall } from './read-calls.ts';
import { type Recording, recordLife, WRITERS } from './record-life.ts';

export interface PowerCutOptions {
  readonly cuts: number;
  readonly seed: number;
  readonly writeMs: number;
  readonly lives: number;
  /** Changes what was recorded: a mistake that the cuts must find. */
  readonly plant?: (calls: readonly DiskCall[]) => readonly DiskCall[];
  readonly onCut?: (done: number, violations: readonly string[]) => void;
}

export interface PowerCutResult {
  readonly cuts: number;
  /** System calls that were recorded, and syncs among them. */
  readonly calls: number;
  readonly syncs: number;
  /** Requests that were answered in the whole recording. */
  readonly acknowledged: number;
  readonly violations: readonly string[];
}

/** One cut, and what was known at its moment. */
interface Cut {
  readonly image: FolderImage;
  readonly hasTables: boolean;
  readonly told: readonly string[];
}

const KEPT_SHARES = [0, 0.2, 0.5, 0.8, 1];
const IMAGES_PER_PROCESS = 10;
/** Share of the cuts at the very beginning, where a data directory is made. */
const EARLY = { share: 0.2, calls: 150 };

/**
 * Records what a server under writing clients does to its data directory, builds the directory as power cuts at many moments
 * may have left it, and has the real server start on each: every mutation that was answered before the cut must be there, and
 * every recount be right.
 */
export async function cutPower(options: PowerCutOptions): Promise<PowerCutResult> {
  const root = await mkdtemp(join(tmpdir(), 'actionbase-power-'));
  try {
    const recording = await recordLife({ ...options, root });
    const calls = options.plant?.(recording.calls) ?? recording.calls;
    const violations: string[] = [...recording.violations];
    let [done, acknowledged] = [0, 0];
    const batch: { readonly file: string; readonly directory: string }[] = [];
    for (const cut of makeCuts(root, calls, options)) {
      acknowledged = Math.max(acknowledged, cut.told.length);
      batch.push(await writeImage(join(root, `cut-${done}`), { cut, root, recording }));
      done += 1;
      if (batch.length < IMAGES_PER_PROCESS && done < options.cuts) continue;
      const found = await checkImages(batch.splice(0));
      violations.push(...found);
      options.onCut?.(done, found);
    }
    const syncs = calls.filter((call) => call.kind === 'sync-folder' && call.isDone).length;
    return { cuts: done, calls: calls.length, syncs, acknowledged, violations };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Cuts in the order of time; half of them tear what is written into sectors. */
function* makeCuts(root: string, calls: readonly DiskCall[], { cuts, seed }: PowerCutOptions): Generator<Cut> {
  const random = new SeededRandom(seed);
  const chance = (): number => random.next();
  const early = Math.floor(cuts * EARLY.share);
  const moments = Array.from({ length: cuts }, (_, at) =>
    Math.floor(chance() * (at < early ? Math.min(EARLY.calls, calls.length) : calls.length)),
  ).sort((a, b) => a - b);
  const models = [new FolderModel(root, 4_096), new FolderModel(root, 512)] as const;
  const told: string[] = [];
  let applied = 0;
  let hasTables = false;
  for (const [at, moment] of moments.entries()) {
    for (const call of calls.slice(applied, moment)) {
      for (const model of models) model.apply(call);
      if (call.kind !== 'mark') continue;
      // What makes the tables has no id of a writer.
      if (call.line !== '-') told.push(call.line);
      hasTables ||= call.line !== '-';
    }
    applied = moment;
    const image = (chance() < 0.5 ? models[0] : models[1]).cut(chance, KEPT_SHARES[at % KEPT_SHARES.length] ?? 0);
    yield { image, hasTables, told: [...told] };
  }
}

interface ImageToWrite {
  readonly cut: Cut;
  readonly root: string;
  readonly recording: Recording;
}

async function writeImage(
  to: string,
  { cut, root, recording }: ImageToWrite,
): Promise<{ readonly file: string; readonly directory: string }> {
  const { image, hasTables, told } = cut;
  const bootId = await readBootId();
  await mkdir(to);
  for (const folder of image.folders) await mkdir(join(to, folder.slice(root.length)), { recursive: true });
  for (const [path, bytes] of image.files) {
    const place = join(to, path.slice(root.length));
    await mkdir(dirname(place), { recursive: true });
    if (path.endsWith('data.mdb')) changeBootId(bytes, bootId);
    await writeFile(place, bytes);
  }
  const directory = join(to, 'data');
  const check: ImageToCheck = { directory, hasTables, told, requests: recording.requests, writers: WRITERS.length };
  await writeFile(`${to}.json`, JSON.stringify(check));
  return { file: `${to}.json`, directory };
}

/** A process that dies over an image has said nothing about that one. */
async function checkImages(
  images: readonly { readonly file: string; readonly directory: string }[],
): Promise<string[]> {
  const violations: string[] = [];
  for (let at = 0; at < images.length; ) {
    const program = join(import.meta.dirname, 'check-image.ts');
    const files = images.slice(at).map(({ file }) => file);
    const child = spawn(process.execPath, [program, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const [code, signal] = await once(child, 'close');
    const lines = output.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      const checked: CheckedImage = JSON.parse(line);
      violations.push(...checked.violations);
    }
    at += lines.length;
    if (at < images.length) {
      violations.push(`the process that opened ${images[at]?.directory} ended with ${code ?? signal}`);
      at += 1;
    }
  }
  for (const { file } of images) await rm(file.replace('.json', ''), { recursive: true });
  return violations;
}
