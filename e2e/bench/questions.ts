/** In the order in which they are asked and documented. */
import type { Question } from './question.ts';
import { browser } from './questions/browser.ts';
import { burst } from './questions/burst.ts';
import { connect } from './questions/connect.ts';
import { dashboard } from './questions/dashboard.ts';
import { durable } from './questions/durable.ts';
import { event } from './questions/event.ts';
import { generator } from './questions/generator.ts';
import { growthConnections } from './questions/growth-connections.ts';
import { growthParts } from './questions/growth-parts.ts';
import { growthRecipients } from './questions/growth-recipients.ts';
import { growthSize } from './questions/growth-size.ts';
import { growthStored } from './questions/growth-stored.ts';
import { idle } from './questions/idle.ts';
import { inbox } from './questions/inbox.ts';
import { large } from './questions/large.ts';
import { latency } from './questions/latency.ts';
import { persistent } from './questions/persistent.ts';
import { pipelined } from './questions/pipelined.ts';
import { rate } from './questions/rate.ts';
import { retention } from './questions/retention.ts';
import { sink } from './questions/sink.ts';
import { sizes } from './questions/sizes.ts';
import { start } from './questions/start.ts';
import { stored } from './questions/stored.ts';
import { tls } from './questions/tls.ts';

export const questions: readonly Question[] = [
  connect,
  persistent,
  pipelined,
  sizes,
  burst,
  tls,
  latency,
  rate,
  idle,
  event,
  browser,
  stored,
  large,
  retention,
  durable,
  start,
  sink,
  growthSize,
  growthStored,
  growthConnections,
  growthRecipients,
  growthParts,
  inbox,
  dashboard,
  generator,
];
