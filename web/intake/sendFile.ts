// A file under the sender's key, in pieces; a broken connection goes on where the server stands.
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import type { SentFile } from './types';

const pieceBytes = 2 * 1024 * 1024;
const tries = 5;

interface Answer {
  readonly offset: number;
  readonly hash?: string;
  readonly size?: number;
  readonly name?: string;
  readonly media_type?: string;
}

export async function sendFile(
  form: string,
  key: string,
  file: File,
  onProgress: (share: number) => void,
): Promise<SentFile> {
  const place = `intake/${form}/uploads`;
  const begun = await api<{ upload: string; offset: number }>(place, {
    method: 'POST',
    idempotencyKey: key,
    body: { size: file.size, name: file.name, media_type: file.type || 'application/octet-stream' },
  });
  let offset = begun.offset;
  for (let failures = 0; ;) {
    try {
      const answer = await api<Answer>(`${place}/${begun.upload}?offset=${offset}`, {
        method: 'PATCH',
        idempotencyKey: key,
        bytes: file.slice(offset, offset + pieceBytes),
      });
      failures = 0;
      if (answer.hash && answer.media_type)
        return {
          hash: answer.hash,
          name: answer.name ?? file.name,
          size: file.size,
          media_type: answer.media_type,
        };
      offset = answer.offset;
      onProgress(offset / file.size);
    } catch (error) {
      const { status } = asProblem(error);
      failures += 1;
      if (failures > tries || (status >= 400 && status < 500 && status !== 409)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** failures));
      const now = await api<Answer>(`${place}/${begun.upload}`, { idempotencyKey: key }).catch(
        () => undefined,
      );
      offset = now?.offset ?? offset;
    }
  }
}
