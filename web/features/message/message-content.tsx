import { useState } from 'react';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { type TabItem, TabPanel, Tabs } from '../../components/tabs.tsx';
import type { Preview } from './html-panel.tsx';
import styles from './message-content.module.css';
import { MessageHead } from './message-head.tsx';
import { MessagePanel } from './message-panel.tsx';
import { type MessageTab, tabs, tabsOf } from './message-tab.ts';
import { useMessageTab } from './use-message-tab.ts';
import { useTabShortcuts } from './use-tab-shortcuts.ts';

/** Everything below the toolbar. Stays mounted from message to message, so that widths stay chosen. */
export function MessageContent({ message }: { readonly message: MessageDetailShape }) {
  const [tab, openTab] = useMessageTab(message);
  const [preview, setPreview] = useState<Preview>({ width: 'full', dark: false });

  const available = tabsOf(message);
  useTabShortcuts(available, openTab);

  return (
    <>
      <MessageHead message={message} />
      <div className={styles.tabs}>
        <Tabs
          label="Views of the message"
          value={tab}
          onValueChange={openTab}
          items={tabs.filter(({ value }) => available.includes(value)).map(withCount(message))}
        >
          <TabPanel className={styles.panel} value={tab}>
            <ErrorBoundary resetKey={`${message.id} ${tab}`}>
              {/* Keyed: what was allowed, searched or unfolded in one message says nothing about the next. */}
              <MessagePanel
                key={`${message.id} ${tab}`}
                tab={tab}
                message={message}
                preview={preview}
                onPreviewChange={setPreview}
              />
            </ErrorBoundary>
          </TabPanel>
        </Tabs>
      </div>
    </>
  );
}

function withCount({ problems }: MessageDetailShape) {
  return (item: { readonly value: MessageTab; readonly label: string }): TabItem => {
    if (item.value !== 'problems' || problems.length === 0) return item;
    const tone = problems.some(({ severity }) => severity === 'error')
      ? 'danger'
      : problems.some(({ severity }) => severity === 'warning')
        ? 'warning'
        : 'neutral';
    return { ...item, badge: problems.length, tone };
  };
}
