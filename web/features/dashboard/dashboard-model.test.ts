import { expect, test } from 'vitest';
import { DashboardModel } from './dashboard-model.ts';
import { ranges } from './ranges.ts';
import { afterMessages, testDocument } from './test-document.ts';

const [minute, , , hour] = ranges;

test('a live range ends at the newest document', () => {
  const model = new DashboardModel(minute);
  model.take(afterMessages(100, 0));
  model.take(afterMessages(101, 7));
  expect(model.frame()).toMatchObject({ from: 41, to: 101, x: [100] });
  expect(model.frame().points[0]?.throughput).toBe(7);
});

test('while paused nothing shown changes, and afterwards nothing was missed', () => {
  const model = new DashboardModel(minute);
  model.take(afterMessages(100, 0));
  model.take(afterMessages(101, 1));
  model.pause(true);
  const frame = model.frame();
  model.take(afterMessages(102, 5));
  expect(model.frame()).toBe(frame);
  expect(model.document()?.uptime_seconds).toBe(101);
  model.pause(false);
  expect(model.frame().x).toEqual([100, 101]);
  expect(model.document()?.uptime_seconds).toBe(102);
});

test('while nobody sees it, it listens and draws nothing', () => {
  const model = new DashboardModel(minute);
  model.take(afterMessages(100, 0));
  let told = 0;
  model.subscribeFrame(() => void told++);
  model.subscribeDocument(() => void told++);
  model.sleep(true);
  model.take(afterMessages(101, 7));
  expect(told).toBe(0);
  model.sleep(false);
  expect(told).toBe(2);
  expect(model.frame()).toMatchObject({ to: 101, x: [100] });
});

test('alerts are heard while paused', () => {
  const model = new DashboardModel(minute);
  model.pause(true);
  const alert = {
    id: 'connections',
    severity: 'critical',
    since: '1970-01-01T00:00:01.000Z',
    value: 95,
    threshold: 90,
    unit: 'percent',
    text: 'Nearly all connections are in use',
  } as const;
  model.take(testDocument(2, { alerts: [alert] }));
  expect(model.alerts().on).toEqual([alert]);
  model.take(testDocument(3));
  expect(model.alerts()).toMatchObject({ on: [], ended: [{ alert }] });
});

test('a long range is drawn when history comes, not every second', () => {
  const model = new DashboardModel(hour);
  model.take(testDocument(10));
  let drawn = 0;
  model.subscribeFrame(() => {
    drawn += 1;
  });
  for (let at = 11; at < 20; at += 1) model.take(testDocument(at));
  expect(drawn).toBe(0);
});

test('a document that is older than the last one changes nothing', () => {
  const model = new DashboardModel(minute);
  model.take(testDocument(5));
  model.take(testDocument(4));
  expect(model.document()?.uptime_seconds).toBe(5);
});
