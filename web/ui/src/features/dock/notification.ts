/** What was chosen in a notification of a call. */
export interface Chosen {
  answer: 'answer' | 'decline' | 'open';
  call: string;
}

interface Shown {
  call: string;
  title: string;
  body: string;
  /** The buttons, where the browser can show some; none: it rings elsewhere. */
  actions: { action: Chosen['answer']; title: string }[];
}

const worker = '/notify.js';

export const canNotify = () => 'Notification' in window;
const mayNotify = () => canNotify() && Notification.permission === 'granted';

/** prepareNotices lets notifications have buttons: only a service worker hears of those. */
export function prepareNotices() {
  if (mayNotify() && 'serviceWorker' in navigator) void navigator.serviceWorker.register(worker).catch(() => undefined);
}

/** notify shows a call on the desktop; it returns how to take it away. */
export function notify({ call, title, body, actions }: Shown): () => void {
  if (!mayNotify()) return () => {};
  let gone = false;
  let close = () => {};
  const options = { tag: call, body, icon: '/icon-192.png', requireInteraction: true };
  const show = async () => {
    const registration = await navigator.serviceWorker?.getRegistration(worker);
    if (gone) return;
    if (!registration?.active) {
      const shown = new Notification(title, options);
      shown.onclick = () => {
        window.focus();
        shown.close();
      };
      close = () => shown.close();
      return;
    }
    await registration.showNotification(title, { ...options, actions } as NotificationOptions);
    close = () => void registration.getNotifications({ tag: call }).then((all) => all.forEach((n) => n.close()));
    if (gone) close();
  };
  void show().catch(() => undefined);
  return () => {
    gone = true;
    close();
  };
}

/** hearNotices calls back with what is chosen in notifications; it returns how to stop. */
export function hearNotices(chosen: (c: Chosen) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => {};
  const hear = ({ data }: MessageEvent<Partial<Chosen>>) => {
    if (data.answer && data.call) chosen({ answer: data.answer, call: data.call });
  };
  navigator.serviceWorker.addEventListener('message', hear);
  navigator.serviceWorker.startMessages();
  return () => navigator.serviceWorker.removeEventListener('message', hear);
}
