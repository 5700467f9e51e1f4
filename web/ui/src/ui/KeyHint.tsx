import { Kbd } from '@mantine/core';

const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

/** KeyHint shows a key beside what it does: "N", "mod+K". */
export function KeyHint({ keys }: { keys: string }) {
  return (
    <Kbd size="xs" aria-hidden style={{ background: 'transparent', color: 'inherit', borderColor: 'currentColor', boxShadow: 'none' }}>
      {keys.replace('mod+', mac ? '⌘' : 'Ctrl ')}
    </Kbd>
  );
}
