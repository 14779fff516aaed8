/**
 * The share of one process, in lanes: a lane is one connection at a time, and what it does next
 * comes from a queue that all lanes of the process have in common.
 */
import { performance } from 'node:perf_hooks';
import { createSecureContext } from 'node:tls';
import { type LoadMessage, MessageSource } from './message-source.ts';
import { messageCountOf, Recorder } from './recorder.ts';
import { asFailure, LoadFailure, SmtpConnection } from './smtp-connection.ts';
import { Turns } from './turns.ts';
import type { LoadShare, ShareResult } from './types.ts';

const deadlineCheckMs = 100;
/** Connections that stay get this long before the first message is due. */
const timetableDelayMs = 200;

/** Part of `total` that falls to this process. */
export function partOf(total: number, { processIndex, processCount }: LoadShare): number {
  return Math.floor((total - processIndex + processCount - 1) / processCount);
}

export class ShareRun {
  readonly #share: LoadShare;
  readonly #recorder: Recorder;
  readonly #messages: MessageSource | null;
  readonly #secureContext = createSecureContext();
  readonly #open = new Set<SmtpConnection>();
  #ticket: Buffer | null = null;
  #timeUp = false;

  constructor(share: LoadShare) {
    this.#share = share;
    const { plan } = share;
    this.#recorder = new Recorder(partOf(messageCountOf(plan), share));
    this.#messages = plan.shape.kind === 'idle' ? null : new MessageSource(plan.name, plan.message);
  }

  /** A full handshake, for the ticket that all others resume by. */
  async prepare(): Promise<void> {
    if (this.#share.plan.tls?.resume !== true) return;
    const watch = this.#watchDeadlines();
    this.#recorder.isTiming = false;
    try {
      const connection = await this.#greet();
      // A server of TLS 1.3 sends its tickets after the handshake, at the latest with its first data.
      await this.#quit(connection);
    } finally {
      clearInterval(watch);
      this.#recorder.isTiming = true;
    }
    if (this.#ticket === null) throw new Error('The server gave no ticket to resume a session by.');
  }

  /** `startAtMs` is of `monotonicMs()`. */
  async run(startAtMs: number): Promise<ShareResult> {
    const { plan } = this.#share;
    await untilExactly(startAtMs);
    const cpuBefore = process.cpuUsage();
    const loopBefore = performance.eventLoopUtilization();
    const startedAtMs = monotonicMs();
    const watch = this.#watchDeadlines();
    const turns = this.#turns(performance.now());
    const runTimer = setTimeout(() => this.#giveUp(turns), plan.runTimeoutMs);
    const laneCount = partOf(plan.shape.connections, this.#share);
    const lanes = Array.from({ length: laneCount }, () => this.#lane(turns));
    await Promise.all(lanes);
    clearTimeout(runTimer);
    clearInterval(watch);
    const endedAtMs = monotonicMs();
    const { user, system } = process.cpuUsage(cpuBefore);
    const recorder = this.#recorder;
    this.#countUnsent();
    return {
      counters: recorder.counters,
      failures: recorder.failures,
      failureTexts: recorder.failureTexts,
      replies: recorder.replies,
      tlsProtocols: recorder.tlsProtocols,
      samples: recorder.samples(),
      acknowledged: recorder.acknowledged,
      startedAtMs: plan.shape.kind === 'rate' ? startedAtMs + timetableDelayMs : startedAtMs,
      endedAtMs,
      cpu: {
        cpuMs: (user + system) / 1000,
        elapsedMs: endedAtMs - startedAtMs,
        loopUtilization: performance.eventLoopUtilization(loopBefore).utilization,
      },
    };
  }

  #turns(startedAtMs: number): Turns {
    const { plan, processIndex } = this.#share;
    const count = this.#recorder.acknowledged.length;
    if (plan.shape.kind !== 'rate') return new Turns(count, null);
    const { messagesPerSecond } = plan.shape;
    const everyMs = 1000 / messagesPerSecond;
    return new Turns(count, {
      firstDueAtMs: startedAtMs + timetableDelayMs + processIndex * everyMs,
      everyMs: everyMs * this.#share.processCount,
      onLate: (ms) => this.#recorder.time('lateness', ms),
    });
  }

  #lane(turns: Turns): Promise<void> {
    const { plan } = this.#share;
    if (plan.shape.kind === 'idle') return this.#idle(plan.shape.holdMs);
    return plan.session === 'persistent' ? this.#stayAndSend(turns) : this.#sendOneByOne(turns);
  }

  async #idle(holdMs: number): Promise<void> {
    await this.#attempt(async () => {
      const connection = await this.#greet();
      await new Promise((resolve) => setTimeout(resolve, holdMs));
      await this.#quit(connection);
    });
  }

  async #sendOneByOne(turns: Turns): Promise<void> {
    for (let turn = await turns.next(); turn !== null; turn = await turns.next()) {
      const { position, dueAtMs } = turn;
      await this.#attempt(async () => {
        const connection = await this.#greet();
        await this.#send(connection, { position, dueAtMs });
        await this.#quit(connection);
      });
      if (this.#timeUp) return;
    }
  }

  async #stayAndSend(turns: Turns): Promise<void> {
    let connection: SmtpConnection | null = null;
    // At a rate the connection stands before the first message is due.
    await this.#attempt(async () => {
      connection = await this.#greet();
    });
    for (let turn = await turns.next(); turn !== null; turn = await turns.next()) {
      const { position, dueAtMs } = turn;
      const isDone: boolean = await this.#attempt(async () => {
        connection ??= await this.#greet();
        await this.#send(connection, { position, dueAtMs });
      });
      if (!isDone) connection = null;
      if (this.#timeUp) return;
    }
    const last: SmtpConnection | null = connection;
    if (last !== null) await this.#attempt(() => this.#quit(last));
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const { kind, message } = asFailure(error);
      this.#recorder.fail(kind, message);
      return false;
    }
  }

  /** Up to and with EHLO, in TLS where the plan says so. */
  async #greet(): Promise<SmtpConnection> {
    if (this.#timeUp) throw new LoadFailure('unsent', 'The run was over.');
    const { plan } = this.#share;
    const recorder = this.#recorder;
    const { counters } = recorder;
    counters.connectionsTried++;
    const connection = new SmtpConnection({
      host: plan.host,
      port: plan.port,
      stepTimeoutMs: plan.stepTimeoutMs,
      becomesTls: plan.tls !== null,
      onConnected: (tookMs) => {
        counters.connectionsMade++;
        recorder.time('connect', tookMs);
      },
    });
    this.#open.add(connection);
    try {
      if (plan.tls?.kind === 'implicit') {
        await connection.connected();
        await this.#secure(connection);
      }
      await this.#greeting(connection);
      await this.#command(connection, 'EHLO load.test', 250);
      if (plan.tls?.kind === 'starttls') {
        await this.#command(connection, 'STARTTLS', 220);
        await this.#secure(connection);
        await this.#command(connection, 'EHLO load.test', 250);
      }
      return connection;
    } catch (error) {
      this.#drop(connection);
      throw error;
    }
  }

  async #greeting(connection: SmtpConnection): Promise<void> {
    const { counters } = this.#recorder;
    const code = await connection.reply('the greeting');
    this.#recorder.reply('CONNECT', code);
    if (code === 220) {
      counters.greeted++;
      this.#recorder.time('greeting', performance.now() - connection.openedAtMs);
      return;
    }
    counters.refused++;
    throw new LoadFailure('refused', `The server greeted with ${code}.`);
  }

  async #secure(connection: SmtpConnection): Promise<void> {
    const { plan } = this.#share;
    const recorder = this.#recorder;
    const handshake = await connection.secure({
      secureContext: this.#secureContext,
      session: plan.tls?.resume === true ? this.#ticket : null,
      onSession: (ticket) => {
        this.#ticket = ticket;
      },
    });
    recorder.counters.handshakes++;
    if (handshake.resumed) recorder.counters.handshakesResumed++;
    const { protocol } = handshake;
    recorder.tlsProtocols[protocol] = (recorder.tlsProtocols[protocol] ?? 0) + 1;
    recorder.time('tlsHandshake', handshake.tookMs);
  }

  async #send(
    connection: SmtpConnection,
    turn: { readonly position: number; readonly dueAtMs: number },
  ): Promise<void> {
    const { processIndex, processCount } = this.#share;
    if (this.#messages === null) throw new Error('an idle plan sends nothing');
    const message = this.#messages.at(turn.position * processCount + processIndex);
    try {
      const times = await this.#transact(connection, message);
      const { counters } = this.#recorder;
      counters.acknowledged++;
      counters.acknowledgedBytes += message.storedBytes;
      this.#recorder.acknowledged[turn.position] = 1;
      this.#recorder.time('transaction', times.endedAtMs - times.begunAtMs);
      this.#recorder.time('acknowledgement', times.endedAtMs - times.dataSentAtMs);
      this.#recorder.time('message', times.endedAtMs - turn.dueAtMs);
    } catch (error) {
      this.#drop(connection);
      throw error;
    }
  }

  async #transact(connection: SmtpConnection, message: LoadMessage) {
    const mail = `MAIL FROM:<load@load.test>`;
    const rcpt = `RCPT TO:<${message.recipient}>`;
    const begunAtMs = performance.now();
    if (this.#share.plan.pipelined) {
      connection.write(`${mail}\r\n${rcpt}\r\nDATA\r\n`);
      await this.#expect(connection, 'MAIL', 250);
      await this.#expect(connection, 'RCPT', 250);
      await this.#expect(connection, 'DATA', 354);
    } else {
      await this.#command(connection, mail, 250);
      await this.#command(connection, rcpt, 250);
      await this.#command(connection, 'DATA', 354);
    }
    let dataSentAtMs = 0;
    const sent = connection.writeMessage(message.header, message.wireBody).then((atMs) => {
      dataSentAtMs = atMs;
    });
    await this.#expect(connection, 'DATA', 250);
    const endedAtMs = performance.now();
    // The reply may be read in the same turn of the loop in which the write is reported.
    await sent;
    return { begunAtMs, dataSentAtMs: Math.min(dataSentAtMs, endedAtMs), endedAtMs };
  }

  async #quit(connection: SmtpConnection): Promise<void> {
    try {
      await this.#command(connection, 'QUIT', 221);
      await connection.end();
    } finally {
      this.#drop(connection);
    }
  }

  #command(connection: SmtpConnection, line: string, code: number): Promise<void> {
    connection.write(`${line}\r\n`);
    const space = line.indexOf(' ');
    return this.#expect(connection, space === -1 ? line : line.slice(0, space), code);
  }

  async #expect(connection: SmtpConnection, verb: string, expected: number): Promise<void> {
    const code = await connection.reply(`the reply to ${verb}`);
    this.#recorder.reply(verb, code);
    if (code === expected) return;
    throw new LoadFailure('reply', `${verb} was answered ${code} instead of ${expected}.`);
  }

  #drop(connection: SmtpConnection): void {
    this.#open.delete(connection);
    connection.destroy();
  }

  #watchDeadlines(): NodeJS.Timeout {
    return setInterval(() => {
      const nowMs = performance.now();
      for (const connection of this.#open) connection.checkDeadline(nowMs);
    }, deadlineCheckMs);
  }

  #giveUp(turns: Turns): void {
    this.#timeUp = true;
    turns.stop();
    for (const connection of this.#open) {
      connection.fail('timeout', `The run did not end within ${this.#share.plan.runTimeoutMs} ms.`);
    }
  }

  /** Whoever gave up early left messages nobody took. */
  #countUnsent(): void {
    const { failures, counters, acknowledged } = this.#recorder;
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
    const missing = acknowledged.length - counters.acknowledged - failed;
    for (let i = 0; i < missing; i++) this.#recorder.fail('unsent', 'The run was over.');
  }
}

/** Of a clock that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Sleeps nearly until then and spins the rest, so that all processes start together. */
async function untilExactly(atMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - monotonicMs() - 3)));
  while (monotonicMs() < atMs);
}
