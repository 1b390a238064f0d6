import type { Response } from 'express';
import { EventEmitter } from 'node:events';
import { FeedStore } from './FeedStore';
import { FeedStream } from './FeedStream';

it('keeps no heartbeats for a reader that takes none', async () => {
  jest.useFakeTimers();
  const store = { after: async () => [] } as unknown as FeedStore;
  const write = jest.fn();
  const response = Object.assign(new EventEmitter(), {
    writableNeedDrain: true,
    destroyed: false,
    writeHead: () => {},
    write,
    end: () => {},
  });
  const served = new FeedStream(store, async function* none() {}).serve(
    response as unknown as Response,
    { after: 0 },
  );
  await jest.advanceTimersByTimeAsync(10_000);
  expect(write).not.toHaveBeenCalled();

  response.writableNeedDrain = false;
  response.emit('drain');
  await jest.advanceTimersByTimeAsync(1_000);
  expect(write).toHaveBeenCalledTimes(4);

  response.destroyed = true;
  response.emit('close');
  await served;
  jest.useRealTimers();
});
