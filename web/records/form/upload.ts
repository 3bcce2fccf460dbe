// A resumable upload: pieces of 4 MiB; after a broken connection it asks how far the server got.
import { api } from '../../client/api';
import { asProblem } from '../../client/problem';
import type { FileValue } from '../../client/types';

const pieceBytes = 4 * 1024 * 1024;
const tries = 5;

interface Progress {
  readonly offset: number;
  readonly hash?: string;
  readonly size?: number;
  readonly media_type?: string;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function piece(
  upload: string,
  file: Blob,
  offset: number,
  signal: AbortSignal,
): Promise<Progress> {
  const bytes = file.slice(offset, offset + pieceBytes);
  return api<Progress>(`uploads/${upload}?offset=${offset}`, { method: 'PATCH', bytes, signal });
}

export async function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FileValue> {
  const media_type = file.type || 'application/octet-stream';
  const started = await api<{ upload: string; offset: number }>('uploads', {
    method: 'POST',
    body: { size: file.size, name: file.name, media_type },
    signal,
  });
  let { offset } = started;
  let failures = 0;
  for (;;) {
    try {
      const answer = await piece(started.upload, file, offset, signal);
      failures = 0;
      offset = answer.offset;
      onProgress(file.size ? offset / file.size : 1);
      if (answer.hash)
        return {
          hash: answer.hash,
          name: file.name,
          size: file.size,
          media_type: answer.media_type ?? media_type,
        };
      if (offset >= file.size && file.size > 0) throw new Error('the upload ended without a hash');
    } catch (error) {
      const { status } = asProblem(error);
      failures += 1;
      if (
        signal.aborted ||
        failures > tries ||
        (status >= 400 && status < 500 && status !== 409 && status !== 408 && status !== 429)
      )
        throw error;
      await pause(500 * 2 ** failures);
      const now = await api<Progress>(`uploads/${started.upload}`, { signal }).catch(
        () => undefined,
      );
      offset = now?.offset ?? offset;
    }
  }
}
