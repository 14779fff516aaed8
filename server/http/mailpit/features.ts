/**
 * What is only there when it is switched on. Each is a service with its own file of routes; where
 * it is `null`, its calls answer as Mailpit does without it.
 */
import type { MailpitRoute } from './router.ts';

export interface MailpitFeatures {
  /** Passing messages on through another server. */
  readonly relay: RelayFeature | null;
  /** Faults on purpose. */
  readonly chaos: RoutedFeature | null;
  readonly spamCheck: RoutedFeature | null;
  /** Routes of what needs no switch. */
  readonly more: readonly MailpitRoute[];
}

export interface RoutedFeature {
  readonly routes: readonly MailpitRoute[];
}

export interface RelayFeature extends RoutedFeature {
  /** As `GET /api/v1/webui` tells it. */
  readonly description: RelayDescription;
}

export interface RelayDescription {
  readonly SMTPServer: string;
  readonly ReturnPath: string;
  readonly AllowedRecipients: string;
  readonly BlockedRecipients: string;
  readonly OverrideFrom: string;
  readonly PreserveMessageIDs: boolean;
  readonly RecipientAllowlist: string;
}

export const noFeatures: MailpitFeatures = {
  relay: null,
  chaos: null,
  spamCheck: null,
  more: [],
};
