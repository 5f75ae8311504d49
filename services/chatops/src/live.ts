import { unavailable } from '@tocsin/kit';
import type { Response } from 'express';

const keepAliveMs = 15_000;
/** A reader that does not read is let go rather than remembered for. */
const longestBacklogBytes = 1024 * 1024;

/** Server-sent events to whoever looks at the room: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface LiveStreams {
  /** Holds an answer open until its reader or this process goes. */
  open(response: Response): void;
  send(event: 'incident' | 'heartbeat', data: unknown): void;
}

export function createLiveStreams({ stopping }: { stopping: AbortSignal }): LiveStreams {
  const streams = new Set<Response>();
  stopping.addEventListener('abort', () => {
    for (const stream of streams) stream.end();
  });

  const write = (stream: Response, text: string) => {
    stream.write(text);
    if (stream.writableLength > longestBacklogBytes) stream.destroy();
  };

  return {
    open(response) {
      if (stopping.aborted) throw unavailable('stopping', 'The room is closing');
      response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      write(response, 'retry: 1000\n\n');
      streams.add(response);
      const keepAlive = setInterval(() => write(response, ':\n\n'), keepAliveMs);
      response.once('close', () => {
        clearInterval(keepAlive);
        streams.delete(response);
      });
    },
    send(event, data) {
      const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      for (const stream of streams) write(stream, text);
    },
  };
}
