/**
 * A channel that survives the end of its thread once. Calls in flight reject, later ones wait for
 * the new thread; after a second end, or when it will not start, every call rejects.
 */
import type { Channel, MethodName } from './thread-channel.ts';

export type StartChannel<Service> = (onEnd: (error: Error) => void) => Promise<Channel<Service>>;

export async function restartOnce<Service>(
  start: StartChannel<Service>,
  onError: (error: Error) => void,
): Promise<Channel<Service>> {
  let restarted = false;
  let closing = false;
  const onEnd = (error: Error): void => {
    onError(error);
    if (restarted || closing) return;
    restarted = true;
    current = start(onEnd);
    current.catch(onError);
  };
  let current: Promise<Channel<Service>> = start(onEnd);
  await current;
  return {
    async call(name: MethodName<Service>, argument, transfer) {
      const channel = await current;
      return channel.call(name, argument, transfer);
    },
    async close() {
      closing = true;
      const channel = await current.catch(() => null);
      await channel?.close();
    },
  };
}
