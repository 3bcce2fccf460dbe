// Says what was done and offers to take it back for eight seconds.
import type { MessageInstance } from 'antd/es/message/interface';

export interface Undoable {
  readonly text: string;
  readonly undo: string;
  readonly onUndo: () => void;
}

let count = 0;

export function undoable(message: MessageInstance, { text, undo, onUndo }: Undoable): void {
  count += 1;
  const key = `undo-${count}`;
  message.open({
    key,
    type: 'success',
    duration: 8,
    content: (
      <>
        {text}
        <button
          type="button"
          className="link-button undo"
          onClick={() => {
            message.destroy(key);
            onUndo();
          }}
        >
          {undo}
        </button>
      </>
    ),
  });
}
