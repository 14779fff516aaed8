import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { rawUrl, textUrl } from '../../lib/api.ts';
import { HeadersPanel } from './headers-panel.tsx';
import { HtmlPanel, type Preview } from './html-panel.tsx';
import type { MessageTab } from './message-tab.ts';
import { PartsPanel } from './parts-panel.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import { RawPanel } from './raw-panel.tsx';
import { SmtpPanel } from './smtp-panel.tsx';
import { TextPanel } from './text-panel.tsx';

interface MessagePanelProps {
  readonly tab: MessageTab;
  readonly message: MessageDetailShape;
  readonly preview: Preview;
  readonly onPreviewChange: (preview: Preview) => void;
}

export function MessagePanel({ tab, message, preview, onPreviewChange }: MessagePanelProps) {
  switch (tab) {
    case 'html':
      return <HtmlPanel message={message} preview={preview} onPreviewChange={onPreviewChange} />;
    case 'text':
      return (
        <TextPanel
          label="text"
          text={message.text}
          truncated={message.textTruncated}
          downloadUrl={textUrl(message.id)}
          numbered={false}
        />
      );
    case 'source':
      return (
        <TextPanel
          label="HTML source"
          text={message.html}
          truncated={message.htmlTruncated}
          downloadUrl={rawUrl(message.id, { download: true })}
          numbered
        />
      );
    case 'headers':
      return <HeadersPanel fields={message.headerFields} />;
    case 'raw':
      return <RawPanel messageId={message.id} sizeBytes={message.sizeBytes} />;
    case 'parts':
      return <PartsPanel messageId={message.id} root={message.root} />;
    case 'problems':
      return <ProblemsPanel problems={message.problems} />;
    case 'smtp':
      return (
        <SmtpPanel
          dialogue={message.dialogue}
          timings={message.timings}
          origin={message.origin}
          envelope={message.envelope}
        />
      );
  }
}
