import type { Bench } from '../question.ts';
import {
  type Contender,
  ContenderMissing,
  type ContenderName,
  type ContenderNeeds,
} from './contender.ts';
import { startSmtpSink } from './postfix.ts';
import { startPrixfixe } from './prixfixe.ts';

export function startContender(
  bench: Bench,
  name: ContenderName,
  needs: ContenderNeeds,
): Promise<Contender> {
  switch (name) {
    case 'prixfixe-dev':
      return startPrixfixe(needs, [], bench.program);
    case 'smtp-sink':
      return startSmtpSink(needs);
    default:
      throw new ContenderMissing('it is not measured yet');
  }
}
