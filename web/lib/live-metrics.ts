/**
 * The newest `metrics` event. It comes once a second whether or not anybody looks, so its text is
 * only read for those who subscribed.
 */
import { createContext, useContext } from 'react';
import type { MetricsDocument } from './api.ts';

export interface LiveMetricsSource {
  subscribe(onDocument: (document: MetricsDocument) => void): () => void;
}

export class LiveMetrics implements LiveMetricsSource {
  private readonly listeners = new Set<(document: MetricsDocument) => void>();

  readonly subscribe = (onDocument: (document: MetricsDocument) => void): (() => void) => {
    this.listeners.add(onDocument);
    return () => this.listeners.delete(onDocument);
  };

  take(text: string): void {
    if (this.listeners.size === 0) return;
    const document = JSON.parse(text) as MetricsDocument;
    for (const listener of this.listeners) listener(document);
  }
}

export const LiveMetricsContext = createContext<LiveMetricsSource | null>(null);

const silence: LiveMetricsSource = { subscribe: () => () => {} };

export function useLiveMetrics(): LiveMetricsSource {
  return useContext(LiveMetricsContext) ?? silence;
}
