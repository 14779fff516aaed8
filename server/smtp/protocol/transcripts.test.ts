/** Every dialogue of server/smtp/transcripts against the pure session, in three segmentations. */
import { describe, expect, it } from 'vitest';
import { loadTranscripts, playOnSession } from '../../testing/transcript-player.ts';

const transcripts = loadTranscripts();

describe('transcripts', () => {
  it('each begins with the clause it is about', () => {
    expect(transcripts.length).toBeGreaterThan(0);
    for (const { name, comment } of transcripts) expect(comment, name).toMatch(/^RFC \d+ §\d/);
  });

  describe.each(['whole', 'octets', 'pipelined'] as const)('%s', (segmentation) => {
    it.each(transcripts.map((transcript) => [transcript.name, transcript] as const))(
      '%s',
      async (_name, transcript) => {
        await playOnSession(transcript, segmentation);
      },
    );
  });
});
