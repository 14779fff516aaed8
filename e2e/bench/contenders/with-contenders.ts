import { Disposables } from '../disposables.ts';
import type { Bench } from '../question.ts';
import type { Notebook } from '../report.ts';
import {
  type Contender,
  ContenderMissing,
  type ContenderName,
  type ContenderNeeds,
} from './contender.ts';
import { startContender } from './start-contender.ts';

/** Starts them, does the work, ends them. Who cannot be had is noted and left out. */
export async function withContenders(
  options: {
    readonly bench: Bench;
    readonly notebook: Notebook;
    readonly names: readonly ContenderName[];
    readonly needs: ContenderNeeds;
  },
  work: (contenders: readonly Contender[]) => Promise<void>,
): Promise<void> {
  const { bench, notebook, names, needs } = options;
  await using started = new Disposables();
  const contenders: Contender[] = [];
  for (const name of names.filter((each) => !bench.leaveOut.includes(each))) {
    try {
      contenders.push(started.use(await startContender(bench, name, needs)));
    } catch (error) {
      if (!(error instanceof ContenderMissing)) throw error;
      notebook.note(`Without ${name}: ${error.message}.`);
    }
  }
  await work(contenders);
}
