/** Checks of a message: what mail programs make of it, where its links lead, whether it is spam. */
import { z } from 'zod';

const share = z.number().min(0).max(100);

/** In per cent, together 100. */
export const supportShares = z.object({ supported: share, partial: share, unsupported: share });

export const programSupport = z.object({
  name: z.string(),
  family: z.string(),
  platform: z.string(),
  version: z.string(),
  support: z.enum(['partial', 'no']),
  /** Numbers in `notes`. */
  notes: z.array(z.string()),
});

export const htmlFinding = z.object({
  slug: z.string(),
  title: z.string(),
  /** HTML: text with `code`, `em` and links, nothing else. */
  description: z.string(),
  url: z.string(),
  category: z.string(),
  tags: z.array(z.string()),
  /** How often it occurs, or how many elements it concerns. */
  found: z.int().min(0),
  score: supportShares,
  programs: z.array(programSupport),
  notes: z.record(z.string(), z.string()),
});

export const htmlCheck = z.object({
  score: supportShares,
  elementCount: z.int().min(0),
  testCount: z.int().min(0),
  findings: z.array(htmlFinding),
  /** Platform → names of its programs. */
  platforms: z.record(z.string(), z.array(z.string())),
  source: z.object({ name: z.string(), updatedAt: z.iso.datetime() }),
});

export const linkCheckRequest = z.strictObject({ followRedirects: z.boolean().optional() });

export const linkStatus = z.object({
  /** As it stands in the message. */
  url: z.string(),
  /** `null` when no answer came. */
  status: z.int().nullable(),
  /** Nobody was asked: the address is of this machine or its network, or not of the web. */
  blocked: z.boolean(),
  text: z.string(),
  /** Where it ended after redirects. */
  finalUrl: z.string().nullable(),
});

export const linkCheck = z.object({ links: z.array(linkStatus) });

export const spamRule = z.object({
  name: z.string(),
  score: z.number(),
  description: z.string(),
});

export const spamCheck = z.object({
  isSpam: z.boolean(),
  score: z.number(),
  threshold: z.number(),
  rules: z.array(spamRule),
});
