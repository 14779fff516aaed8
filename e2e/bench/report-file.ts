/** The JSON of a run, to which later runs add. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeMachine } from '../load/host.ts';
import type { Answer, Report } from './report.ts';

export async function readReport(file: string): Promise<Report> {
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  if (report.format !== 1) throw new Error(`${file} is no report of this benchmark.`);
  return report;
}

/** Of an earlier portion of the same run; none is as good as an empty one. */
export async function readEarlier(file: string): Promise<Report['answers']> {
  return existsSync(file) ? (await readReport(file)).answers : {};
}

export async function addAnswer(file: string, answer: Answer): Promise<Report> {
  const answers = { ...(await readEarlier(file)), [answer.name]: answer };
  const report: Report = { format: 1, machine: describeMachine(), answers };
  await mkdir(dirname(file), { recursive: true });
  // Whoever ends us in the middle shall not cost what was measured.
  await writeFile(`${file}.new`, `${JSON.stringify(report, null, 2)}\n`);
  await rename(`${file}.new`, file);
  return report;
}
