/** Somebody who takes mail and is measured: a process of its own on a free loopback port. */

export const contenderNames = ['smtp-sink', 'prixfixe-dev', 'MailDev', 'smtp-server'] as const;
export type ContenderName = (typeof contenderNames)[number];

export interface Contender extends AsyncDisposable {
  readonly name: ContenderName;
  readonly pid: number;
  readonly port: number;
  /** Only of those who keep mail and can be asked: messages in the store, all of them searchable. */
  readonly storedCount: (() => Promise<number>) | null;
}

export interface ContenderNeeds {
  /** More than the load will open. */
  readonly connectionsMax: number;
  readonly listenBacklog: number;
  /** For STARTTLS; all contenders get the same. */
  readonly certificate?: { readonly certFile: string; readonly keyFile: string };
  /** Ours only. */
  readonly flags?: readonly string[];
}

export const usualNeeds: ContenderNeeds = { connectionsMax: 100, listenBacklog: 1024 };

/** Why a contender cannot be had: said in its place, and the others are still measured. */
export class ContenderMissing extends Error {}
