import type { Bench } from '../question.ts';
import type { Contender, ContenderName, ContenderNeeds } from './contender.ts';
import { startMailDev } from './maildev.ts';
import { startSmtpSink } from './postfix.ts';
import { startPrixfixe } from './prixfixe.ts';
import { startSmtpServer } from './smtp-server.ts';

export function startContender(
  bench: Bench,
  name: ContenderName,
  needs: ContenderNeeds,
): Promise<Contender> {
  switch (name) {
    case 'prixfixe-dev':
      return startPrixfixe(bench, needs);
    case 'smtp-sink':
      return startSmtpSink(needs);
    case 'MailDev':
      return startMailDev();
    case 'smtp-server':
      return startSmtpServer(needs);
  }
}
