// Shows nothing and fetches nothing: it only hears which answer to a call was chosen in a
// notification, brings the page to the front, and passes the answer on.
self.addEventListener('notificationclick', (event) => {
  const { action, notification } = event;
  notification.close();
  const tell = async () => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const page = pages.find((p) => p.focused) ?? pages.find((p) => p.visibilityState === 'visible') ?? pages[0];
    page?.postMessage({ answer: action || 'open', call: notification.tag });
    if (action !== 'decline') await page?.focus();
  };
  event.waitUntil(tell());
});
